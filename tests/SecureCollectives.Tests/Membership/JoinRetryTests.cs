using System.Net;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Temporary refusals: the join keeps trying, and if the refusal persists, both sides report it.</summary>
public sealed class JoinRetryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Join_RankZeroOfAnEarlierAttempt_IsRetriedUntilItsOwnArrives()
    {
        await using var cluster = new LocalCluster(2);
        using var ending = new CancellationTokenSource();
        var leftOver = cluster.Options(0);
        leftOver.RunId = "yesterday";
        var old = cluster.JoinAsync(leftOver, ending.Token);
        await cluster.Logs.WaitForAsync(message => message.Contains("rank/0 listens", StringComparison.Ordinal));
        var one = cluster.JoinAsync(cluster.Options(1));
        await cluster.Logs.WaitForAsync(message => message.StartsWith("This worker could not join at", StringComparison.Ordinal)
            && message.Contains("another attempt at the job (the run ids differ)", StringComparison.Ordinal));
        Assert.False(one.IsCompleted);

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => old.WaitAsync(Limit));
        await Task.WhenAll(cluster.JoinAsync(cluster.Options(0)), one).WaitAsync(Limit);
    }

    [Fact]
    public async Task Join_OtherRunUntilTheTimeLimit_BothSidesSayWhy()
    {
        await using var cluster = new LocalCluster(2);
        var zero = cluster.Options(0);
        zero.RunId = "yesterday";
        var (master, joining) = await StartAsync(cluster, zero, cluster.Options(1));
        await joining.RefusedAsync();
        await joining.RetryAsync();
        await joining.RetryAsync();
        var failures = await ExpireAsync(master, joining);

        Assert.Equal([MembershipError.MissingRanks, MembershipError.Refused], failures.Select(failure => failure.Error));
        Assert.StartsWith("Rank 1 did not join within 60 s.", failures[0].Message);
        Assert.Contains("Rank 1 was refused, last at 127.0.0.1: This is another attempt at the job", failures[0].Message);
        Assert.Contains("within 60 s. This is another attempt at the job (the run ids differ)", failures[1].Message);

        // Retried several times, but logged once on each side.
        Assert.Single(cluster.Logs.Warnings, warning => warning.StartsWith("Refused a request by rank 1", StringComparison.Ordinal));
        Assert.Single(cluster.Logs.Warnings, warning => warning.StartsWith("This worker could not join at", StringComparison.Ordinal)
            && warning.Contains("run ids differ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Join_RankZeroRefusedAndThenEnded_TheLastMessageStillSaysWhyItRefused()
    {
        await using var cluster = new LocalCluster(2);
        var zero = cluster.Options(0);
        zero.RunId = "yesterday";
        using var ending = new CancellationTokenSource();
        var old = Job.JoinAsync(zero, ending.Token);
        await ListenedAsync(cluster);
        var joining = RefusedJoin.Start(cluster, cluster.Options(1));
        await joining.RefusedAsync();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => old.WaitAsync(Limit));

        await joining.RetryAsync();
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 0 was not ready at", StringComparison.Ordinal));
        var failure = await joining.ExpireAsync();

        Assert.Equal(MembershipError.Unreachable, failure.Error);
        Assert.Contains("refused the connection", failure.Message);
        Assert.Contains(" An earlier attempt was refused: This is another attempt at the job (the run ids differ).", failure.Message);
    }

    [Fact]
    public async Task Join_ClaimantLeaves_ItsSuccessorTakesThePlace()
    {
        await using var cluster = new LocalCluster(3);
        var zero = cluster.JoinAsync(cluster.Options(0));
        using var ending = new CancellationTokenSource();
        var first = cluster.JoinAsync(cluster.Options(1), ending.Token);
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 1 joined from", StringComparison.Ordinal));
        var second = cluster.JoinAsync(cluster.Options(1));
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Refused rank 1 at", StringComparison.Ordinal));

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Limit));
        await Task.WhenAll(zero, second, cluster.JoinAsync(cluster.Options(2))).WaitAsync(Limit);
    }

    [Fact]
    public async Task Join_OwnCertificateValidSoon_WaitsForIt()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        Reissue(cluster, options, validIn: TimeSpan.FromSeconds(3));
        await cluster.JoinAsync(options).WaitAsync(Limit);
        Assert.Contains(cluster.Logs.Warnings, warning => warning.StartsWith("This worker is waiting until", StringComparison.Ordinal));
    }

    /// <summary>
    /// The certificate becomes valid after it was checked and before the wait is computed. The wait must then be zero, not negative.
    /// </summary>
    [Fact]
    public async Task Join_OwnCertificateValidSinceItWasJudged_Joins()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        Reissue(cluster, options, validIn: TimeSpan.Zero);
        options.CertificateClock = new LeapingTime(TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        await cluster.JoinAsync(options).WaitAsync(Limit);
    }

    /// <summary>
    /// All of the job's clocks and certificates are a month old. By any other clock, the certificates would have expired.
    /// </summary>
    [Fact]
    public async Task Join_AllClocksOfAMonthAgo_EveryPartJudgesByThem()
    {
        var shift = TimeSpan.FromDays(-30);
        using var pki = new TestPki(now: DateTimeOffset.UtcNow + shift);
        await using var cluster = new LocalCluster(3);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(rank =>
        {
            var options = cluster.OptionsWith(rank, pki, certificateRank: rank);
            options.CertificateClock = new ShiftedTime(shift);
            return Task.Run(() => cluster.JoinAsync(options));
        })).WaitAsync(Limit);
        var members = await LocalCluster.OpenAllAsync(jobs, "then", () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());

        Assert.DoesNotContain(cluster.Logs.Warnings, warning => warning.Contains("expire", StringComparison.Ordinal));
    }

    /// <summary>Rank 0 starts late and is then silent. A failure from before it started must not be given as the final cause.</summary>
    [Fact]
    public async Task Join_RankZeroRefusedOnceAndThenSilent_TheLastMessageIsAboutTheSilence()
    {
        await using var cluster = new LocalCluster(2);
        var joining = RefusedJoin.Start(cluster, cluster.Options(1));
        await cluster.Logs.WaitForAsync(message => message.StartsWith("Rank 0 was not ready at", StringComparison.Ordinal));
        using var identity = IdentitySource.Open(
            new IdentityFiles(cluster.Options(0).CertificatePath, cluster.Options(0).KeyPath, cluster.Options(0).AuthorityPath),
            TimeProvider.System, NullLogger.Instance);
        var rendezvous = new SilentRendezvous();
        await using var silent = await new ControlPlane(identity, NullLoggerFactory.Instance).ServeAsync(
            new IPEndPoint(IPAddress.Loopback, cluster.MasterPort), new RpcServices().Add(rendezvous), new AdmissionLimits(),
            CancellationToken.None);

        await joining.RetryAsync();
        await rendezvous.Called.WaitAsync(Limit);
        var failure = await joining.ExpireAsync();

        Assert.DoesNotContain("refused the connection", failure.Message);
        Assert.Contains("It accepted the connection and did not answer the call; see its log.", failure.Message);
    }

    [Fact]
    public void Refusals_OfAnAddressFromWhichARankHasJoinedSince_AreForgotten()
    {
        using var pki = new TestPki();
        var refusals = new JoinRefusals(pki.Worker(0), 3);
        var (joined, other) = (IPEndPoint.Parse("10.0.0.1:4000"), IPEndPoint.Parse("10.0.0.2:4000"));
        refusals.Add(joined, "It spoke no TLS.");
        refusals.Forget(1, other.Address);
        Assert.Contains("came from 10.0.0.1: It spoke no TLS.", refusals.About([2]));
        refusals.Forget(1, joined.Address);
        Assert.Empty(refusals.About([2]));
    }

    [Fact]
    public void Refusals_OfARankThatAlsoLeft_AreWhatIsTold()
    {
        using var pki = new TestPki();
        var refusals = new JoinRefusals(pki.Worker(0), 3);
        var remote = IPEndPoint.Parse("10.0.0.1:4000");
        refusals.AddDeparture(pki.Worker(1, "job-b"), remote);
        Assert.Empty(refusals.About([1]));
        refusals.AddDeparture(pki.Worker(1), remote);
        Assert.Equal(
            " Rank 1 connected from 10.0.0.1 and left at once. It may have refused this worker's certificate; see its log.",
            refusals.About([1]));
        refusals.Add(1, remote, "The run ids differ.");
        refusals.AddDeparture(pki.Worker(1), remote);
        Assert.Equal(" Rank 1 was refused, last at 10.0.0.1: The run ids differ.", refusals.About([1]));
    }

    [Fact]
    public async Task Join_OwnCertificateValidAfterTheTimeLimit_IsRefusedAtOnce()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        options.JoinTimeout = TimeSpan.FromMinutes(2);
        Reissue(cluster, options, validIn: TimeSpan.FromMinutes(4));
        var failure = await Assert.ThrowsAsync<MembershipException>(() => Job.JoinAsync(options).WaitAsync(Limit));
        Assert.Equal(MembershipError.Identity, failure.Error);
        Assert.Contains("The certificate is valid only from", failure.Message);
        Assert.Contains("The join's time limit, 120 s, ends before.", failure.Message);
    }

    /// <summary>The clock on one side is behind, so the other's certificate is not valid there yet. The clock is then corrected.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Join_PeersCertificateNotYetValid_IsRetriedUntilItIs(int late)
    {
        await using var cluster = new LocalCluster(2);
        var (behind, ahead) = Apart(cluster, late);
        var clock = (ShiftedTime)behind.CertificateClock;
        var joining = new[] { cluster.JoinAsync(behind), cluster.JoinAsync(ahead) };
        await cluster.Logs.WaitForAsync(message => message.Contains("The certificate is valid only from", StringComparison.Ordinal));
        await cluster.Logs.WaitForAsync(message => message.StartsWith("This worker could not join at", StringComparison.Ordinal));
        Assert.All(joining, join => Assert.False(join.IsCompleted));

        clock.ShiftTo(TimeSpan.Zero);
        await Task.WhenAll(joining).WaitAsync(Limit);
    }

    [Fact]
    public async Task Join_CertificateNotYetValidAtRankZero_BothSidesFinallySayWhy()
    {
        await using var cluster = new LocalCluster(2);
        var (zero, one) = Apart(cluster, late: 0);
        var (master, joining) = await StartAsync(cluster, zero, one);
        await joining.RefusedAsync();
        var failures = await ExpireAsync(master, joining);

        Assert.Contains(
            "A connection from 127.0.0.1 that claimed to be rank 1 was refused: Its certificate was refused. The certificate is valid only "
                + "from",
            failures[0].Message);
        Assert.Equal(MembershipError.Untrusted, failures[1].Error);
        Assert.Contains("may have refused our certificate", failures[1].Message);
        Assert.Contains("This worker's certificate is valid only since", failures[1].Message);
    }

    [Fact]
    public async Task Join_RankZerosCertificateNotYetValid_BothSidesFinallySayWhy()
    {
        await using var cluster = new LocalCluster(2);
        var (one, zero) = Apart(cluster, late: 1);
        var (master, joining) = await StartAsync(cluster, zero, one);
        await joining.RefusedAsync();
        // Rank 0 sees the end of the connection, either during the handshake or right after it.
        await cluster.Logs.WaitForAsync(message => message.EndsWith("did not finish: the connection ended.", StringComparison.Ordinal)
            || message.EndsWith(" ended its connection right after the TLS handshake.", StringComparison.Ordinal));
        var failures = await ExpireAsync(master, joining);

        Assert.Contains(" may have refused this worker's certificate", failures[0].Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(failures[1].Error == MembershipError.Untrusted, failures[1].Message);
        Assert.Contains("The certificate is valid only from", failures[1].Message);
    }

    /// <summary>Rank 0 trusts a new authority before rank 1, which receives it a moment later.</summary>
    [Fact]
    public async Task Join_AuthorityReachesOneSideLater_IsRetried()
    {
        using var fresh = new TestPki();
        await using var cluster = new LocalCluster(2);
        var zero = cluster.OptionsWith(0, fresh, certificateRank: 0);
        var one = cluster.Options(1);
        File.AppendAllText(zero.AuthorityPath, cluster.Pki.RootPem);
        var joining = new[] { cluster.JoinAsync(zero), cluster.JoinAsync(one) };
        await cluster.Logs.WaitForAsync(message => message.StartsWith("This worker could not join at", StringComparison.Ordinal)
            && message.Contains("not issued by an authority we trust", StringComparison.Ordinal));

        File.AppendAllText(one.AuthorityPath, fresh.RootPem);
        await Task.WhenAll(joining).WaitAsync(Limit);
    }

    /// <summary>
    /// Returns a worker whose clock is behind, and one with a new certificate that, by the first worker's clock, becomes valid only in half
    /// a minute.
    /// </summary>
    private static (JobOptions Behind, JobOptions Ahead) Apart(LocalCluster cluster, int late)
    {
        var behind = cluster.Options(late);
        behind.CertificateClock = new ShiftedTime(TimeSpan.FromSeconds(-30));
        var ahead = cluster.Options(1 - late);
        Reissue(cluster, ahead, validIn: TimeSpan.FromSeconds(-1));
        return (behind, ahead);
    }

    private static void Reissue(LocalCluster cluster, JobOptions options, TimeSpan validIn) => cluster.Pki.WriteFiles(
        Path.GetDirectoryName(options.CertificatePath)!,
        options.Rank,
        now: DateTimeOffset.UtcNow + validIn + CertificateAuthority.Backdating);

    private static Task ListenedAsync(LocalCluster cluster) =>
        cluster.Logs.WaitForAsync(message => message.Contains("rank/0 listens", StringComparison.Ordinal));

    private static async Task<(RefusedJoin Zero, RefusedJoin One)> StartAsync(LocalCluster cluster, JobOptions zero, JobOptions one)
    {
        var master = RefusedJoin.Start(cluster, zero);
        await ListenedAsync(cluster);
        return (master, RefusedJoin.Start(cluster, one));
    }

    /// <summary>Lets rank 1's time limit expire while rank 0 still listens, and then rank 0's.</summary>
    private static async Task<MembershipException[]> ExpireAsync(RefusedJoin zero, RefusedJoin one)
    {
        var failure = await one.ExpireAsync();
        return [await zero.ExpireAsync(), failure];
    }

    /// <summary>A clock that is behind when it is read for the first time, and ahead from then on.</summary>
    private sealed class LeapingTime(TimeSpan first, TimeSpan then) : TimeProvider
    {
        private int _reads;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + (Interlocked.Increment(ref _reads) == 1 ? first : then);
    }

    private sealed class SilentRendezvous : Rendezvous.RendezvousBase
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Called => _called.Task;

        public override Task Join(JoinRequest request, IServerStreamWriter<JoinUpdate> responseStream, ServerCallContext context)
        {
            _called.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
    }
}
