using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Exchanges large buffers and says in KiB what memory it had when it had "joined", when it had "opened" its communicator (each time with
/// its garbage collected, so that this is no room for what comes later), and at its "peak" when all is done, garbage included; then the
/// bytes that operations on the caller's thread "allocated" on the heap. Its own buffers are there, page by page, from before the first
/// number on.
/// </summary>
internal static class MemoryWork
{
    public const string Name = "memory";

    private const int Elements = 64 * 1024 * 1024 / sizeof(float);
    private const int Rounds = 2;

    /// <summary>
    /// So many are measured, and the least counts: an exchange that nothing moved in for a second, as happens on a busy machine, allocates
    /// what it reports to the arbiter.
    /// </summary>
    private const int Exchanges = 4;

    public static async Task<int> RunAsync(Job job, Protection protection)
    {
        var (buffer, shard) = (new float[Elements], new float[Elements / job.WorldSize]);
        Array.Fill(buffer, 1);
        Array.Fill(shard, 1);
        Say("joined", OwnStatus.ResidentCollected());
        await using var group = await job.OpenCommunicatorAsync(Name, new CommunicatorOptions { Protection = protection });
        Say("opened", OwnStatus.ResidentCollected());

        for (var round = 0; round < Rounds; round++)
        {
            await group.AllReduceAsync<float>(buffer, ReduceOp.Average);
            await group.AllGatherAsync<float>(shard, buffer);
            Exchange(group, buffer, shard);
        }

        var allocated = Enumerable.Range(0, Exchanges).Min(_ => AllocatedBy(() => Exchange(group, buffer, shard)));
        Say("peak", OwnStatus.Peak());
        Say("allocated", allocated);
        return buffer.AsSpan().ContainsAnyExcept(1) ? 1 : 0;
    }

    private static long AllocatedBy(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>The synchronous forms.</summary>
    private static void Exchange(Communicator group, float[] buffer, float[] shard)
    {
        group.AllReduce<float>(buffer, ReduceOp.Average);
        group.AllGather<float>(shard, buffer);
    }

    private static void Say(string what, long number) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
}
