using SecureCollectives.Membership;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// A join that rank 0 refuses, or that refuses rank 0. Its time limit is measured by a manual clock, so the outcome does not depend on how
/// many attempts a busy machine manages within some seconds.
/// </summary>
internal sealed class RefusedJoin
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The time limit of the join, and the pause between two attempts.</summary>
    private const int Timers = 2;

    private readonly LocalCluster _cluster;
    private readonly JobOptions _options;
    private readonly TimerTime _clock = new(DateTimeOffset.UnixEpoch);
    private readonly Task<Job> _join;

    private RefusedJoin(LocalCluster cluster, JobOptions options)
    {
        (_cluster, _options) = (cluster, options);
        options.Clock = _clock;
        _join = Job.JoinAsync(options);
    }

    public static RefusedJoin Start(LocalCluster cluster, JobOptions options) => new(cluster, options);

    /// <summary>Joins at a rank 0 that is listening, and lets the time limit expire once the first refusal has been logged.</summary>
    public static async Task<MembershipException> FailAsync(LocalCluster cluster, JobOptions options)
    {
        var join = Start(cluster, options);
        var refused = join.RefusedAsync();
        if (await Task.WhenAny(join._join, refused) == refused)
        {
            await refused;
        }

        return await join.ExpireAsync();
    }

    /// <summary>Waits until the join has logged a temporary refusal.</summary>
    public Task RefusedAsync() =>
        _cluster.Logs.WaitForAsync(message => message.StartsWith("This worker could not join at", StringComparison.Ordinal));

    /// <summary>Waits until an attempt has failed, and starts the next one.</summary>
    public async Task RetryAsync()
    {
        await _clock.PendingAsync(Timers).WaitAsync(Limit);
        _clock.Advance(RetryPause.Longest);
    }

    /// <summary>Lets the time limit expire.</summary>
    public async Task<MembershipException> ExpireAsync()
    {
        _clock.Advance(_options.JoinTimeout);
        return await Assert.ThrowsAsync<MembershipException>(() => _join.WaitAsync(Limit));
    }
}
