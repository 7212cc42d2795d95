using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Exchanges large buffers and prints the process's memory in KiB: after it has "joined", after it has "opened" its communicator (each time
/// after collecting garbage, so that garbage does not make room for later allocations), and finally its "peak", garbage included. Then
/// prints the heap bytes that operations on the caller's thread have "allocated". The work's own buffers are fully resident before the
/// first figure.
/// </summary>
internal static class MemoryWork
{
    public const string Name = "memory";

    private const int Elements = 64 * 1024 * 1024 / sizeof(float);
    private const int Rounds = 2;

    /// <summary>
    /// The number of exchanges over which the minimum is taken. On a busy machine an exchange can stall for a second, and then allocates
    /// memory for its report to the arbiter.
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

    /// <summary>Uses the synchronous calls.</summary>
    private static void Exchange(Communicator group, float[] buffer, float[] shard)
    {
        group.AllReduce<float>(buffer, ReduceOp.Average);
        group.AllGather<float>(shard, buffer);
    }

    private static void Say(string what, long number) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
}
