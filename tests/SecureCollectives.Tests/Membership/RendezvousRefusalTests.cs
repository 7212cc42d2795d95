using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Workers that do not belong to the attempt are refused with a reason, and the attempt continues without them.</summary>
public sealed class RendezvousRefusalTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Join_OtherRun_IsRefused() => RefuseAsync(
        cluster =>
        {
            var options = cluster.Options(1);
            options.RunId = "yesterday";
            return options;
        },
        MembershipError.Refused,
        "another attempt at the job (the run ids differ)");

    [Fact]
    public Task Join_OtherWorldSize_IsRefusedWithBothValues() => RefuseAsync(
        cluster =>
        {
            var options = cluster.Options(1);
            options.WorldSize = 5;
            return options;
        },
        MembershipError.ParametersDiffer,
        "world-size is 5 at rank 1 and 2 at rank 0");

    [Fact]
    public Task Join_RankBeyondTheWorld_IsRefused() => RefuseAsync(
        cluster =>
        {
            var options = cluster.OptionsWith(4, cluster.Pki, certificateRank: 4);
            options.WorldSize = 5;
            return options;
        },
        MembershipError.Refused,
        "rank 4 of job 'job-a'; it cannot join as rank 4 of job 'job-a', whose ranks 1 to 1 join here");

    /// <summary>
    /// The certificate is valid and from the same trust domain, but the caller expects rank 0 of its own job and finds rank 0 of another.
    /// </summary>
    [Fact]
    public Task Join_OtherJob_IsRefused() => RefuseAsync(
        cluster => cluster.OptionsWith(1, cluster.Pki, certificateRank: 1, job: "job-b"),
        MembershipError.Untrusted,
        "Expected rank 0 of job 'job-b', but the certificate is for rank 0 of job 'job-a'");

    [Fact]
    public Task Join_RankOtherThanTheCertificates_IsRefusedBeforeAnythingIsSent() => RefuseAsync(
        cluster => cluster.OptionsWith(1, cluster.Pki, certificateRank: 3),
        MembershipError.Configuration,
        "is for rank 3 of job 'job-a', but this worker was started as rank 1");

    [Fact]
    public async Task Join_OtherTrustDomain_IsRefused()
    {
        using var foreign = new TestPki("other.example");
        await RefuseAsync(cluster => cluster.OptionsWith(1, foreign, certificateRank: 1), MembershipError.Untrusted, "127.0.0.1:");
    }

    [Fact]
    public async Task Join_OtherAuthorityOfTheSameTrustDomain_IsRefused()
    {
        using var foreign = new TestPki();
        await RefuseAsync(cluster => cluster.OptionsWith(1, foreign, certificateRank: 1), MembershipError.Untrusted, "127.0.0.1:");
    }

    /// <summary>
    /// The worker trusts rank 0, but rank 0 does not trust the worker: with TLS 1.3 the client learns this only after its handshake.
    /// </summary>
    [Fact]
    public async Task Join_ForeignCertificateWithTheRightRoots_IsToldWhereToLook()
    {
        using var foreign = new TestPki();
        await using var cluster = new LocalCluster(2);
        var zero = cluster.JoinAsync(cluster.Options(0));
        await cluster.Logs.WaitForAsync(message => message.Contains("rank/0 listens", StringComparison.Ordinal));
        var options = cluster.OptionsWith(1, foreign, certificateRank: 1);
        File.WriteAllText(options.AuthorityPath, $"{cluster.Pki.RootPem}\n{foreign.RootPem}");

        var failure = await RefusedJoin.FailAsync(cluster, options);
        Assert.True(failure.Error == MembershipError.Untrusted, failure.Message);
        Assert.Contains("may have refused our certificate", failure.Message);
        Assert.Contains(cluster.Logs.Warnings, warning => warning.StartsWith("The TLS handshake with", StringComparison.Ordinal));
        await Task.WhenAll(zero, cluster.JoinAsync(cluster.Options(1))).WaitAsync(Limit);
    }

    private static async Task RefuseAsync(Func<LocalCluster, JobOptions> wrong, MembershipError error, string words)
    {
        await using var cluster = new LocalCluster(2);
        var zero = cluster.JoinAsync(cluster.Options(0));
        await cluster.Logs.WaitForAsync(message => message.Contains("rank/0 listens", StringComparison.Ordinal));

        var failure = await RefusedJoin.FailAsync(cluster, wrong(cluster));
        Assert.Equal(error, failure.Error);
        Assert.Contains(words, failure.Message);
        Assert.False(zero.IsCompleted);

        // The refusal leaves nothing behind: the rightful worker takes its place.
        await Task.WhenAll(zero, cluster.JoinAsync(cluster.Options(1))).WaitAsync(Limit);
    }
}
