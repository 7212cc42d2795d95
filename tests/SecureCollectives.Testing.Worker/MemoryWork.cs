using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Exchanges large buffers and says in KiB what memory it had when it had "joined", when it had "opened" its communicator, and at its "peak" when all is done; then the
/// bytes that operations on the caller's thread "allocated" on the heap. Its own buffers are there, page by page, from before the first number on.
/// </summary>
internal static class MemoryWork
{
    public const string Name = "memory";

    private const int Elements = 64 * 1024 * 1024 / sizeof(float);
    private const int Rounds = 2;

    /// <summary>
    /// So many are measured, and the least counts: an exchange that nothing moved in for a second, as happens on a busy machine, allocates what it reports to the arbiter.
    /// </summary>
    private const int Exchanges = 4;

    public static async Task<int> RunAsync(Job job, Protection protection)
    {
        var (buffer, shard) = (new float[Elements], new float[Elements / job.WorldSize]);
        Array.Fill(buffer, 1);
        Array.Fill(shard, 1);
        Say("joined", ResidentCollected());
        await using var group = await job.OpenCommunicatorAsync(Name, new CommunicatorOptions { Protection = protection });
        Say("opened", ResidentCollected());

        for (var round = 0; round < Rounds; round++)
        {
            await group.AllReduceAsync<float>(buffer, ReduceOp.Average);
            await group.AllGatherAsync<float>(shard, buffer);
            Exchange(group, buffer, shard);
        }

        var allocated = Enumerable.Range(0, Exchanges).Min(_ => AllocatedBy(() => Exchange(group, buffer, shard)));
        Say("peak", Status("VmHWM:"));
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

    /// <summary>
    /// Without what was left for the collector, so that garbage of joining is no room for what comes later. The peak is taken as it was, garbage included.
    /// </summary>
    private static long ResidentCollected()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Status("VmRSS:");
    }

    private static long Status(string field)
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static void Say(string what, long number) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
}
