using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>The rendezvous of workers: in any order, with late and with missing ranks.</summary>
public sealed class RendezvousTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Join_RankZeroComesLast_AllJoin()
    {
        await using var cluster = new LocalCluster(3);
        var others = Enumerable.Range(1, 2).Reverse().Select(rank => Task.Run(() => cluster.JoinAsync(cluster.Options(rank)))).ToArray();
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 0 was not ready", StringComparison.Ordinal), count: 2);
        Assert.All(others, other => Assert.False(other.IsCompleted));

        var zero = await cluster.JoinAsync(cluster.Options(0)).WaitAsync(Limit);
        var jobs = await Task.WhenAll(others).WaitAsync(Limit);
        Assert.Equal([0, 2, 1], jobs.Prepend(zero).Select(job => job.Rank));
        Assert.All(jobs, job => Assert.Equal((3, TestPki.DefaultJob), (job.WorldSize, job.Name)));
    }

    [Fact]
    public async Task Join_RanksMissing_RankZeroAndThoseWaitingNameThem()
    {
        await using var cluster = new LocalCluster(4);
        var zero = cluster.Options(0);
        zero.JoinTimeout = TimeSpan.FromSeconds(1.5);
        var clock = ClockOf(zero);
        var zeroJoin = FailAsync(zero);
        await clock.TimerCreated.WaitAsync(Limit);

        // Rank 2 has its own clock and would wait longer, but rank 0 notifies it that the join has failed.
        var join = FailAsync(cluster.Options(2));
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 2 joined from", StringComparison.Ordinal));
        clock.Advance(zero.JoinTimeout - Moment);
        Assert.False(zeroJoin.IsCompleted || join.IsCompleted);
        clock.Advance(Moment);

        var failures = await Task.WhenAll(zeroJoin, join).WaitAsync(Limit);
        Assert.All(failures, failure => Assert.Equal(MembershipError.MissingRanks, failure.Error));
        Assert.All(failures, failure => Assert.StartsWith("Ranks 1, 3 did not join within 1.5 s.", failure.Message));
    }

    [Fact]
    public async Task Join_OwnTimeoutBeforeRankZeros_NamesTheMissing()
    {
        await using var cluster = new LocalCluster(3);
        using var stop = new CancellationTokenSource();
        var zero = cluster.JoinAsync(cluster.Options(0), stop.Token);
        var options = cluster.Options(1);
        options.JoinTimeout = TimeSpan.FromSeconds(2);
        var clock = ClockOf(options);
        var join = FailAsync(options);
        await cluster.Logs.WaitForAsync(message => message == "Rank 2 had not joined yet.");
        clock.Advance(options.JoinTimeout - Moment);
        Assert.False(join.IsCompleted);
        clock.Advance(Moment);
        var failure = await join.WaitAsync(Limit);

        Assert.Equal(MembershipError.MissingRanks, failure.Error);
        Assert.StartsWith("Rank 2 did not join within 2 s.", failure.Message);
        Assert.False(zero.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => zero.WaitAsync(Limit));
    }

    [Fact]
    public async Task Join_RankZeroNeverStarts_SaysThatItCannotBeReached()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(1);
        options.JoinTimeout = TimeSpan.FromSeconds(1);
        var clock = ClockOf(options);
        var join = FailAsync(options);
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 0 was not ready", StringComparison.Ordinal));
        clock.Advance(options.JoinTimeout - Moment);
        Assert.False(join.IsCompleted);
        clock.Advance(Moment);
        var failure = await join.WaitAsync(Limit);

        Assert.Equal(MembershipError.Unreachable, failure.Error);
        Assert.StartsWith($"Rank 0 could not be joined at 127.0.0.1:{cluster.MasterPort} within 1 s.", failure.Message);
        Assert.Contains("nothing is listening there", failure.Message);
    }

    [Fact]
    public async Task Join_ClaimantLeavesBeforeAllJoined_ItsRankIsFreeAgain()
    {
        await using var cluster = new LocalCluster(3);
        var zero = cluster.JoinAsync(cluster.Options(0));
        using (var stop = new CancellationTokenSource())
        {
            var first = cluster.JoinAsync(cluster.Options(1), stop.Token);
            await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 1 joined from", StringComparison.Ordinal));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Limit));
        }

        await cluster.Logs.WaitForAsync(message => message == "Rank 1 left before all ranks had joined.");
        await Task.WhenAll(zero, cluster.JoinAsync(cluster.Options(1)), cluster.JoinAsync(cluster.Options(2))).WaitAsync(Limit);
    }

    [Fact]
    public async Task Join_RankTaken_IsRefusedWithBothEndpoints()
    {
        await using var cluster = new LocalCluster(3);
        var zero = cluster.JoinAsync(cluster.Options(0));
        var holderOptions = cluster.Options(1);
        holderOptions.Port = cluster.ReservePort();
        var holder = cluster.JoinAsync(holderOptions);
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 1 joined from", StringComparison.Ordinal));

        var secondOptions = cluster.Options(1);
        secondOptions.Port = cluster.ReservePort();
        var failure = await RefusedJoin.FailAsync(cluster, secondOptions);

        Assert.Equal(MembershipError.Refused, failure.Error);
        Assert.Contains($"claimed by the worker at 127.0.0.1:{holderOptions.Port}", failure.Message);
        Assert.Contains($"the one at 127.0.0.1:{secondOptions.Port} cannot have it", failure.Message);
        await Task.WhenAll(zero, holder, cluster.JoinAsync(cluster.Options(2))).WaitAsync(Limit);
    }

    /// <summary>Gives the join a manual clock, which drives its time limit.</summary>
    private static TimerTime ClockOf(JobOptions options)
    {
        var clock = new TimerTime(DateTimeOffset.UnixEpoch);
        options.Clock = clock;
        return clock;
    }

    private static Task<MembershipException> FailAsync(JobOptions options) =>
        Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options));
}
