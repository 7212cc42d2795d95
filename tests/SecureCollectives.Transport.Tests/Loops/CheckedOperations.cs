using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>The work of a group whose links are disrupted.</summary>
internal static class CheckedOperations
{
    /// <summary>Runs large and small operations in turn on every rank, and checks each result.</summary>
    /// <param name="group">The group that runs the operations.</param>
    /// <param name="rounds">The number of rounds.</param>
    public static Task RunAsync(MemoryGroup group, int rounds) => group.RunAsync(async member =>
    {
        var size = member.Size;
        for (var i = 0; i < rounds; i++)
        {
            var large = Enumerable.Range(0, 10_000).Select(n => (member.Rank + 1) * (n + i)).ToArray();
            await member.AllReduceAsync<int>(large, ReduceOp.Sum);
            Assert.Equal(Enumerable.Range(0, large.Length).Select(n => (n + i) * size * (size + 1) / 2), large);

            var small = Enumerable.Range(0, 50).Select(n => (member.Rank + 1) * (n + i)).ToArray();
            await member.AllReduceAsync<int>(small, ReduceOp.Sum);
            Assert.Equal(Enumerable.Range(0, small.Length).Select(n => (n + i) * size * (size + 1) / 2), small);

            var all = new int[size * 2000];
            await member.AllGatherAsync<int>(Enumerable.Range(0, 2000).Select(n => (member.Rank * 100_000) + n + i).ToArray(), all);
            Assert.Equal(Enumerable.Range(0, size).SelectMany(rank => Enumerable.Range(0, 2000).Select(n => (rank * 100_000) + n + i)),
                all);
            await member.BarrierAsync();
        }
    });
}
