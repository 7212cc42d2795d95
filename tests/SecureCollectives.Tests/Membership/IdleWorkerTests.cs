using System.Diagnostics;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Communicators sleep between operations.</summary>
public sealed class IdleWorkerTests
{
    private const int Workers = 2;
    private const double MaxShare = 0.01;

    /// <summary>The test measures processor time relative to wall-clock time, so real time must pass.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The work of an idle worker shows in every window. One-time work of .NET, above all recompiling hot methods (up to 10 % of a
    /// processor in the first windows), ends after a few windows, so only the best window counts.
    /// </summary>
    private const int MaxWindows = 10;

    /// <summary>The workers run in separate processes, so that nothing else is counted.</summary>
    [Fact]
    public async Task Workers_IdleWithOpenCommunicators_UseUnderOnePercentCpu()
    {
        await using var cluster = new LocalCluster(Workers);
        var workers = Enumerable.Range(0, Workers).Select(rank => new WorkerProcess(cluster.Options(rank), "idle", Protection.Aead))
            .ToArray();
        try
        {
            foreach (var worker in workers)
            {
                Assert.Equal("idle", await worker.ReadLineAsync());
            }

            var windows = new List<string>();
            while (await BusiestAsync(workers) is var (share, busiest) && share >= MaxShare)
            {
                windows.Add($"{share:P2}: {busiest}");
                Assert.True(windows.Count < MaxWindows,
                    $"In each of {MaxWindows} windows an idle worker used more than {MaxShare:P0} of a "
                        + $"processor:\n{string.Join('\n', windows)}");
            }
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Dispose();
            }
        }
    }

    /// <summary>Returns the share of a processor that the busiest worker used during a window, and its threads.</summary>
    private static async Task<(double Share, string Threads)> BusiestAsync(WorkerProcess[] workers)
    {
        var before = workers.Select(worker => (worker.ProcessorTime, Threads: worker.Threads())).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(Window);
        var used = workers.Select(worker => worker.ProcessorTime).ToArray();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return workers.Select((worker, at) => (
                (used[at] - before[at].ProcessorTime) / elapsed,
                $"rank {worker.Rank}, " + string.Join(", ", worker.Threads()
                    .Select(thread => (thread.Value.Name, Time: thread.Value.Time - before[at].Threads.GetValueOrDefault(thread.Key).Time))
                    .Where(thread => thread.Time > TimeSpan.Zero)
                    .OrderByDescending(thread => thread.Time)
                    .Select(thread => $"'{thread.Name}' {thread.Time.TotalMilliseconds:0} ms"))))
            .Max();
    }
}
