namespace SecureCollectives.Testing;

/// <summary>
/// Calls AllReduce repeatedly on all ranks of a group under attack. Reports how each rank's calls ended, and checks that none returned a
/// wrong result.
/// </summary>
internal static class RepeatedAllReduce
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="group">The group.</param>
    /// <param name="operations">The number of calls on each rank, unless one fails.</param>
    /// <param name="length">The number of elements per call.</param>
    /// <returns>By rank, the exception of a failed call; null if none failed.</returns>
    /// <exception cref="InvalidOperationException">A call returned a wrong sum.</exception>
    public static async Task<CollectiveException?[]> RunAsync(MemoryGroup group, int operations, int length)
    {
        var world = group.Members.Length;
        var sum = Enumerable.Range(0, length).Select(element => (element * world) + (world * (world - 1) / 2)).ToArray();
        var failures = new CollectiveException?[world];
        await group.RunAsync(async member =>
        {
            try
            {
                for (var i = 0; i < operations; i++)
                {
                    var buffer = Input(member.Rank, length);
                    await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                    if (!buffer.AsSpan().SequenceEqual(sum))
                    {
                        throw new InvalidOperationException($"Call {i} on rank {member.Rank} returned a wrong result without an error.");
                    }
                }
            }
            catch (CollectiveException exception)
            {
                failures[member.Rank] = exception;
            }
        }).WaitAsync(Limit);
        return failures;
    }

    /// <summary>Returns a rank's input for each call.</summary>
    public static int[] Input(int rank, int length) => [.. Enumerable.Range(0, length).Select(element => element + rank)];
}
