using SecureCollectives.Framing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>
/// A failed loop requests fault attribution and ends with the verdict. Without a verdict, it ends with the failure that it observed.
/// </summary>
public sealed class LoopAttributionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortly = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Timeout_AttributionNeverAnswers_ReportsWhatTheRankObserved()
    {
        var silent = new StubAttribution(_ => new TaskCompletionSource<OperationFailure>().Task);
        await using var group = MemoryGroup.Create(2, timeout: Shortly, attributionOf: _ => silent, attributionTimeout: Shortly);
        var failure = await FailsAsync(group.Members[0].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask());
        Assert.Equal((CollectiveError.TimedOut, 1, null, 0), (failure.Error, failure.Culprit, failure.OtherCulprit, failure.Reporter));
    }

    [Fact]
    public async Task Timeout_AttributionThrows_ReportsWhatTheRankObserved()
    {
        var broken = new StubAttribution(_ => throw new InvalidOperationException("it has ended"));
        var brokenLater = new StubAttribution(_ => Task.FromException<OperationFailure>(new InvalidOperationException("it has ended")));
        foreach (var stub in new[] { broken, brokenLater })
        {
            await using var group = MemoryGroup.Create(2, timeout: Shortly, attributionOf: _ => stub);
            var failure = await FailsAsync(group.Members[0].BarrierAsync().AsTask());
            Assert.Equal((CollectiveError.TimedOut, 1), (failure.Error, failure.Culprit));
        }
    }

    /// <summary>
    /// The verdict is also sent on the lanes: a rank without fault attribution ends with it, and names the other rank of the pair as the
    /// reporter.
    /// </summary>
    [Fact]
    public async Task Timeout_AttributionAnswers_AllEndWithTheVerdict()
    {
        var stub = new StubAttribution(observed => Task.FromResult(
            new OperationFailure(AbortReason.PeerLost, 1, observed.Operation, 9, 0, "a cut") { OtherCulprit = 2 }));
        await using var group = MemoryGroup.Create(3, timeout: TimeSpan.FromSeconds(1), attributionOf: rank => rank == 0 ? stub : null);
        await group.StartAsync();
        var failure = await FailsAsync(group.Members[0].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask());
        Assert.Equal((CollectiveError.PeerLost, 1, 2, 9), (failure.Error, failure.Culprit, failure.OtherCulprit, failure.Step));
        Assert.Contains("a cut", failure.Message, StringComparison.Ordinal);
        var told = await FailsAsync(group.Members[1].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask());
        Assert.Equal((CollectiveError.PeerLost, 1, null, 2), (told.Error, told.Culprit, told.OtherCulprit, told.Reporter));
    }

    [Fact]
    public async Task Timeout_Attribution_IsGivenWhatTheOperationWaitedFor()
    {
        var stub = new StubAttribution(Task.FromResult);
        await using var group = MemoryGroup.Create(2, timeout: Shortly, attributionOf: rank => rank == 0 ? stub : null);
        await FailsAsync(group.Members[0].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask());
        var (observed, wait) = Assert.Single(stub.Asked);
        Assert.Equal((AbortReason.TimedOut, 1), (observed.Reason, observed.Culprit));
        Assert.Equal((0ul, 0u, 1, true), (wait.Operation, wait.Step, wait.WaitedFor, wait.IsRunning));
        Assert.True(wait.Elapsed >= Shortly, $"{wait}");
    }

    /// <summary>The stall report says which rank is awaited and in which call, because comparing calls reveals those that differ.</summary>
    [Fact]
    public async Task Stall_OneRankDoesNotCall_IsReportedWithTheCall()
    {
        var stub = new StubAttribution(Task.FromResult);
        await using var group = MemoryGroup.Create(2, attributionOf: rank => rank == 0 ? stub : null);
        var call = group.Members[0].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask();
        var wait = await stub.HasStalled.Task.WaitAsync(Limit);
        Assert.Equal((0ul, 1, "AllReduce(100 x Int32, Sum, Ring)"), (wait.Operation, wait.WaitedFor, $"{wait.Call}"));
        await group.Members[1].AllReduceAsync<int>(new int[100], ReduceOp.Sum);
        await call.WaitAsync(Limit);
    }

    [Fact]
    public async Task Dispose_OrderlyEnd_RequestsNoAttribution()
    {
        var stub = new StubAttribution(Task.FromResult);
        await using var group = MemoryGroup.Create(2, attributionOf: _ => stub);
        var call = group.Members[1].BarrierAsync().AsTask();
        await group.Members[0].DisposeAsync();
        Assert.Equal(CollectiveError.Closed, (await FailsAsync(call)).Error);
        Assert.Empty(stub.Asked);
    }

    private static Task<CollectiveException> FailsAsync(Task call) => Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
}
