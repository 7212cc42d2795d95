using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// Which verdicts a rank accepts, and from which arbiters. Rank 3 of four is connected to ranks 0 and 1, driven by hand in simulated time.
/// </summary>
public sealed class FaultReporterTests : IDisposable
{
    private const int Rank = 3;

    private static readonly OperationFailure Observed = new(AbortReason.PeerLost, 2, 4, 1, Rank, "lost");
    private static readonly Verdict Cut = new(AbortReason.PeerLost, 2, 3, 2, 4, 1, "a cut");

    private readonly TimerTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly RecordingLogger _log = new();
    private readonly OpenCommunicators _communicators = new(Rank);
    private readonly FaultReporter _reporter;
    private readonly FaultChannel[] _arbiters = [new FaultChannel(), new FaultChannel()];
    private readonly List<(CommunicatorInstance, Verdict)> _relayed = [];

    public FaultReporterTests()
    {
        _reporter = new FaultReporter(
            Rank, 4, _communicators, _time, _log)
        { Relay = (instance, verdict) => _relayed.Add((instance, verdict)) };
        _reporter.Connected(0, _arbiters[0]);
        _reporter.Connected(1, _arbiters[1]);
    }

    public void Dispose()
    {
        _reporter.Dispose();
        foreach (var arbiter in _arbiters)
        {
            arbiter.Dispose();
        }
    }

    [Fact]
    public async Task Verdict_OfTheLowestRank_EndsTheCommunicator()
    {
        var watch = Open("group");
        var answer = watch.AttributeAsync(Observed, LoopWait.Idle(5));
        Assert.False(answer.IsCompleted);
        Receive(0, watch.Instance, Cut);
        Assert.Equal((2, 3, "a cut"), ((await answer).Culprit, (await answer).OtherCulprit, (await answer).Detail));

        // The verdict is final: neither another verdict nor another failure changes it.
        Receive(0, watch.Instance, Cut with { Culprit = 1 });
        Assert.Same(await answer, await watch.AttributeAsync(Observed, LoopWait.Idle(5)));
    }

    [Fact]
    public void Verdict_OfAHigherRankWhileTheLowestAnswers_IsRefusedAndNamed()
    {
        var watch = Open("group");
        Receive(1, watch.Instance, Cut);
        Assert.False(watch.IsDecided);
        _reporter.Received(0, FaultMessages.Probe);
        Assert.False(watch.IsDecided);
        Assert.Contains(_log.Entries,
            entry => entry.Message == "Refused a verdict from rank 1 on a failure: a lower rank is within reach "
                + "and decides.");
        _time.Advance(FaultCase.AnswerTime);
        Assert.False(watch.IsDecided);
    }

    [Fact]
    public void Verdict_OfAHigherRankWhileTheLowestIsSilent_IsBelievedWhenTheTimeIsUp()
    {
        var watch = Open("group");
        Receive(1, watch.Instance, Cut);
        while (!watch.IsDecided)
        {
            Assert.True(_time.GetUtcNow() < DateTimeOffset.UnixEpoch + (2 * FaultCase.AnswerTime), "the verdict was never believed");
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.True(_time.GetUtcNow() >= DateTimeOffset.UnixEpoch + FaultCase.AnswerTime);
        Assert.Equal([(watch.Instance, Cut)], _relayed);
    }

    [Fact]
    public void Verdict_OfAHigherRankWhenTheLowestIsLost_IsBelievedAtOnce()
    {
        var watch = Open("group");
        Receive(1, watch.Instance, Cut);
        _reporter.Disconnected(0, _arbiters[0]);
        Assert.True(watch.IsDecided);
    }

    [Theory]
    [InlineData(4, null, 2)]
    [InlineData(2, 4, 2)]
    [InlineData(2, null, 4)]
    public void Verdict_ThatNamesARankOutsideTheWorld_IsRefusedAndNamed(int culprit, int? other, int witness)
    {
        var watch = Open("group");
        Receive(0, watch.Instance, Cut with { Culprit = culprit, Other = other, Witness = witness });
        Assert.False(watch.IsDecided);
        Assert.Contains(
            _log.Entries,
                entry => entry.Message == "Refused a verdict from rank 0 on a failure: it names rank 4, but the "
                    + "job has ranks 0 to 3.");
    }

    [Fact]
    public void Verdict_OfAnotherCommunicatorOrInstance_ChangesNothing()
    {
        _reporter.Received(0, FaultMessages.Opened(new CommunicatorInstance("group", 7)));
        var watch = Open("group");
        Assert.Equal(7u, watch.Number);
        Receive(0, new CommunicatorInstance("other", 1), Cut);
        Receive(0, new CommunicatorInstance("group", 6), Cut);
        Assert.False(watch.IsDecided);
        Receive(0, new CommunicatorInstance("group", 7), Cut);
        Assert.True(watch.IsDecided);
    }

    /// <summary>
    /// While the communicator works, a later instance number replaces that of an abandoned attempt. Once the communicator has failed, it
    /// keeps its number.
    /// </summary>
    [Fact]
    public void Number_OfALaterInstance_IsTakenUntilTheCommunicatorFails()
    {
        _reporter.Received(0, FaultMessages.Opened(new CommunicatorInstance("group", 7)));
        var watch = Open("group");
        _reporter.Received(0, FaultMessages.Opened(new CommunicatorInstance("group", 8)));
        Assert.Equal(8u, watch.Number);
        _ = watch.AttributeAsync(Observed, LoopWait.Idle(5));
        _reporter.Received(0, FaultMessages.Opened(new CommunicatorInstance("group", 9)));
        Assert.Equal(8u, watch.Number);
        Assert.Equal(9u, Open("group").Number);
    }

    [Fact]
    public async Task Report_WithoutAnyArbiter_WhatTheRankSawStands()
    {
        _reporter.Disconnected(0, _arbiters[0]);
        _reporter.Disconnected(1, _arbiters[1]);
        Assert.Same(Observed, await Open("group").AttributeAsync(Observed, LoopWait.Idle(5)));
    }

    /// <summary>Failures without a verdict are reported again on a new connection.</summary>
    [Fact]
    public async Task Report_BeforeAReconnect_IsRepeatedOnTheNewConnection()
    {
        var watch = Open("group");
        _ = watch.AttributeAsync(Observed, LoopWait.Idle(5));
        _reporter.Disconnected(0, _arbiters[0]);
        using var again = new FaultChannel();
        _reporter.Connected(0, again);
        var first = new TaskCompletionSource<FaultMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var writing = again.WriteAsync(
            message =>
            {
                first.TrySetResult(message);
                return Task.CompletedTask;
            },
            stop.Token);
        var report = (await first.Task.WaitAsync(TimeSpan.FromSeconds(30))).Report;
        Assert.Equal((2u, 3u, 4ul, "lost"), (report.Suspect, report.Witness, report.Operation, report.Detail));
        await stop.CancelAsync();
        await writing.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private CommunicatorWatch Open(string id)
    {
        var watch = new CommunicatorWatch(id, Rank, _reporter);
        _communicators.Add(watch);
        return watch;
    }

    private void Receive(int from, CommunicatorInstance instance, Verdict verdict) =>
        _reporter.Received(from, FaultMessages.Write(instance, verdict));
}
