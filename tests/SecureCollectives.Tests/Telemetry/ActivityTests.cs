using System.Collections.Concurrent;
using System.Diagnostics;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Telemetry;

/// <summary>Runs alone, because listeners receive the activities of all communicators in the process.</summary>
[Collection(RunAlone.Name)]
public sealed class ActivityTests
{
    [Fact]
    public async Task Activities_OfAJob_AreOnePerAction()
    {
        using var recording = new ActivityRecording();
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "gradients", static () => new CommunicatorOptions { Channels = 1 });
        using (var parent = new Activity("step").Start())
        {
            await LocalCluster.RunAsync(
                members, async member => await member.AllReduceAsync<float>(new float[1000], ReduceOp.Sum, CancellationToken.None));
            Assert.Same(parent, Activity.Current);
            Assert.Equal(2, recording.Of("AllReduce").Length);
            Assert.All(recording.Of("AllReduce"), activity => Assert.Equal(parent.SpanId, activity.ParentSpanId));
        }

        Assert.Equal([0, 1], recording.Of("Join").Select(static activity => Tag(activity, "securecollectives.rank")).Order());
        Assert.Equal(2, recording.Of("OpenCommunicator").Length);
        Assert.Equal(2, recording.Of("OpenLink").Length);
        foreach (var activity in recording.Of("AllReduce"))
        {
            Assert.Equal("gradients", Tag(activity, "securecollectives.communicator.id"));
            Assert.Equal(1L, Tag(activity, "securecollectives.operation.number"));
            Assert.Equal(4000L, Tag(activity, "securecollectives.operation.bytes"));
            Assert.Equal(2, Tag(activity, "securecollectives.world_size"));
            Assert.Equal(Convert.ToHexStringLower(jobs[0].SessionId.Span[..8]), Tag(activity, "securecollectives.session.id"));
            Assert.Equal(ActivityStatusCode.Unset, activity.Status);
            Assert.True(activity.Duration > TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Activity_OfAFailedOperation_NamesTheCulprit()
    {
        using var recording = new ActivityRecording();
        await using var group = MemoryGroup.Create(2, timeout: TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<CollectiveException>(async () => await group.Members[0].BarrierAsync(CancellationToken.None));

        var activity = Assert.Single(recording.Of("Barrier"));
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("TimedOut", Tag(activity, "error.type"));
        Assert.Equal(1, Tag(activity, "securecollectives.culprit.rank"));
    }

    [Fact]
    public async Task Activity_OfAJoinThatFails_SaysWhy()
    {
        using var recording = new ActivityRecording();
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.JoinTimeout = TimeSpan.FromMilliseconds(1);
        await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options));

        var activity = Assert.Single(recording.Of("Join"));
        Assert.Equal((ActivityStatusCode.Error, "MissingRanks"), (activity.Status, Tag(activity, "error.type")));
        Assert.Contains("did not join", activity.StatusDescription, StringComparison.Ordinal);
    }

    private static object? Tag(Activity activity, string name) => activity.GetTagItem(name);

    /// <summary>Records all of the library's activities that have ended.</summary>
    private sealed class ActivityRecording : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public ActivityRecording()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static source => source.Name == "SecureCollectives",
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Activity[] Of(string name) => [.. _ended.Where(activity => activity.OperationName == name)];

        public void Dispose() => _listener.Dispose();
    }
}
