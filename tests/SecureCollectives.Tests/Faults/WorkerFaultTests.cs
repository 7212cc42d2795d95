using System.Diagnostics;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Faults;

/// <summary>Four worker processes of one job, protected by AEAD, TLS or both; one of them dies or stops while all call AllReduce.</summary>
public sealed class WorkerFaultTests
{
    private const int Size = 4;
    private const int Small = 1;
    private const int Large = 2_000_003;
    private const int ExitFailed = 3;

    /// <summary>Detection takes milliseconds; the margin is for machines with fewer cores than workers.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>A worker whose call has failed exits within a few seconds, whatever the others do.</summary>
    private static readonly TimeSpan LeavingBound = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Gets the cases: every rank in turn, during a large operation or many small ones, on one host or two, with one channel or several.
    /// </summary>
    public static TheoryData<int, int, Protection, int, int> Victims => new()
    {
        { 0, Large, Protection.Aead, 1, 1 },
        { 1, Small, Protection.TlsAndAead, 1, 1 },
        { 1, Large, Protection.Aead, 2, 1 },
        { 2, Large, Protection.Aead, 1, 1 },
        { 3, Small, Protection.Tls, 1, 1 },
        { 0, Large, Protection.Aead, 1, 4 },
        { 2, Large, Protection.Aead, 2, 3 },
        { 3, Small, Protection.Aead, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Victims))]
    public Task AllReduce_OneWorkerKilled_AllOthersNameItSoon(int victim, int length, Protection protection, int local, int channels) =>
        AssertOthersName(victim, WorkerProcess.Kill, length, protection, local, channels, TimeSpan.FromMinutes(5),
            $"failed {CollectiveError.PeerLost} {victim}", Bound);

    /// <summary>Each case takes more than the time limit, so only a few run here; the loop's tests cover every rank.</summary>
    [Theory]
    [InlineData(0, Large, Protection.Aead, 1, 1)]
    [InlineData(1, Large, Protection.Aead, 2, 1)]
    [InlineData(2, Large, Protection.Tls, 1, 1)]
    [InlineData(3, Small, Protection.TlsAndAead, 1, 1)]
    [InlineData(1, Large, Protection.Aead, 1, 3)]
    public Task AllReduce_OneWorkerStopped_AllOthersNameItAfterTheTimeLimit(
        int victim, int length, Protection protection, int local, int channels)
    {
        var limit = TimeSpan.FromSeconds(5);
        return AssertOthersName(victim, WorkerProcess.Stop, length, protection, local, channels, limit,
            $"failed {CollectiveError.TimedOut} {victim}", limit + Bound);
    }

    private static async Task AssertOthersName(int victim, int signal, int length, Protection protection, int local, int channels,
        TimeSpan timeout, string expected, TimeSpan bound)
    {
        await using var cluster = new LocalCluster(Size);
        var workers = Enumerable.Range(0, Size)
            .Select(rank => new WorkerProcess(Place(rank), "faults", protection, length, (int)timeout.TotalMilliseconds, channels))
            .ToArray();
        try
        {
            foreach (var worker in workers)
            {
                var line = await worker.ReadLineAsync();
                Assert.True(line == "running", $"rank {worker.Rank} said: {line}");
            }

            workers[victim].Signal(signal);
            var watch = Stopwatch.StartNew();
            var others = workers.Where(worker => worker.Rank != victim).ToArray();
            var messages = new List<string>();
            foreach (var worker in others)
            {
                var reason = await worker.ReadLineAsync();
                messages.Add(await worker.ReadLineAsync());
                Assert.True(reason == expected, $"rank {worker.Rank} said: {reason}: {messages[^1]}");
            }

            // One verdict: the same witness, operation and step, in the same words.
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, bound);
            Assert.Single(messages.Distinct());
            watch.Restart();
            foreach (var worker in others)
            {
                Assert.Equal(ExitFailed, await worker.ExitAsync());
            }

            Assert.InRange(watch.Elapsed, TimeSpan.Zero, LeavingBound);
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Dispose();
            }
        }

        JobOptions Place(int rank)
        {
            var options = cluster.Options(rank);
            options.LocalWorldSize = local;
            return options;
        }
    }
}
