using SecureCollectives.Testing.Faults.Cutting;
using SecureCollectives.Testing.Faults.Grid;
using SecureCollectives.Testing.Faults.Jobs;
using SecureCollectives.Testing.Proxies;

namespace SecureCollectives.Tests.Faults;

/// <summary>
/// Worker processes with a proxy on every connection between them, which stalls a connection during a call, or holds a worker in a phase
/// until it is killed.
/// </summary>
public sealed class ProxiedStallTests
{
    private const int World = 3;
    private const int Large = 16 << 20;
    private const int Small = 64 << 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Long enough for calls without a fault, because the proxy shares a busy process with other tests.</summary>
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// One direction of a connection no longer forwards anything, not even its end of stream. Small data is sent and lost; large data can
    /// no longer be sent, because the buffers are full.
    /// </summary>
    [Theory]
    [InlineData(Small, 0)]
    [InlineData(Large, 1 << 20)]
    public async Task Stall_OfOneDirection_TimesOutAndNamesThePair(int bytes, int offset)
    {
        await using var job = await FaultedJob.StartAsync(
            new JobPlan { World = World, Bytes = bytes, OperationTimeout = OperationTimeout });
        await job.RunAsync(2, TimeSpan.Zero, Limit);
        var stall = new WireFault(WireFaultKind.Stall, offset);
        job.Proxy.LanesTo(1).MaxBy(static lane => lane.Forward.Passed)!.Forward.Arm(stall);
        foreach (var worker in job.Workers)
        {
            worker.Order("run 2 0");
        }

        var failures = await Task.WhenAll(job.Workers.Select(worker => worker.FailureAsync(Limit)));
        Assert.True(stall.Happened.IsCompletedSuccessfully);
        Assert.All(failures, failure => Assert.Equal(("TimedOut", 0, 1), (failure.Error, failure.Culprit, failure.Other)));
    }

    /// <summary>A peer that stops reading until all buffers are full, and then resumes, costs only time.</summary>
    [Fact]
    public async Task Stall_ThatEnds_CostsOnlyTime()
    {
        await using var job = await FaultedJob.StartAsync(new JobPlan { World = World, Bytes = Large });
        var ledger = new RoundLedger(CutsRun.Distinct);
        ledger.Learn(await job.RunAsync(CutsRun.Distinct, TimeSpan.Zero, Limit));
        var stall = new WireFault(WireFaultKind.Stall, 1 << 20);
        var lane = job.Proxy.LanesTo(1).MaxBy(static lane => lane.Forward.Passed)!;
        lane.Forward.Arm(stall);
        var running = job.RunAsync(CutsRun.Distinct, TimeSpan.Zero, Limit);
        await stall.Happened.WaitAsync(Limit);

        // The stall outlasts the time that ranks wait before they compare their calls.
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(running.IsCompleted);
        stall.Resume();
        ledger.Add(await running);
        Assert.Equal("", string.Join('\n', ledger.Complaints));
        Assert.Equal(0, ledger.Heals);
        Assert.False(lane.HasEnded);
    }

    [Theory]
    [InlineData(nameof(GridPhase.Replacing), 0)]
    public async Task Kill_InAPhase_IsReportedToAllSurvivors(string phase, int victim)
    {
        var cell = new GridCell(Enum.Parse<GridPhase>(phase), victim, FaultedWorker.Kill);
        var result = await new GridRun(GridRun.Plan(World, TransportKind.Tcp, Protection.Aead)).RunAsync(cell);
        Assert.Equal(World - 1, result.Failures.Count);
        Assert.All(result.Failures, failure => Assert.True(failure.Names(victim), failure.Message));
    }
}
