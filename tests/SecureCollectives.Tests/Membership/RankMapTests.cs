using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Jobs that map certificate identities to ranks: all of a worker's connections, and the mismatches that are refused.</summary>
public sealed class RankMapTests
{
    private const string Template = $"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/job/{{job}}/rank-{{rank}}";
    private const string Pool = $"spiffe://{TestPki.DefaultTrustDomain}/pool/{{rank}}";
    private const string NoJob = "do not name it";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Covers TLS lanes too, which check each certificate against its rank.</summary>
    [Theory]
    [InlineData(Protection.Aead, TransportKind.Tcp)]
    [InlineData(Protection.Tls, TransportKind.Tcp)]
    [InlineData(Protection.TlsAndAead, TransportKind.Grpc)]
    public async Task AllReduce_IdentitiesFromATemplate_Works(Protection protection, TransportKind transport)
    {
        await using var cluster = new LocalCluster(3);
        var map = TemplateIdentities.Parse(Template, null);

        var jobs = await JoinAllAsync(cluster, rank => With(cluster, rank, map, options => options.IdentityTemplate = Template));

        await SumAsync(jobs, protection, transport);
        Assert.All(jobs, job => Assert.Equal(TestPki.DefaultJob, job.Name));
        Assert.DoesNotContain(cluster.Logs.Warnings, warning => warning.Contains(NoJob, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllReduce_IdentitiesThatNameNoJob_WorksAndEachRankWarns()
    {
        await using var cluster = new LocalCluster(2);

        var jobs = await JoinAllAsync(cluster, rank => InPool(cluster, rank, "job-a"));

        await SumAsync(jobs, Protection.Aead, TransportKind.Tcp);
        Assert.Equal(2, cluster.Logs.Warnings.Count(warning => warning.Contains(NoJob, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AllReduce_IdentitiesFromAList_Works()
    {
        await using var cluster = new LocalCluster(3);
        var path = WriteList(cluster, "list", "red", "green", "blue");
        var map = IdentityList.Parse(await File.ReadAllTextAsync(path), path, cluster.Size, "job-a");

        var jobs = await JoinAllAsync(cluster, rank => With(cluster, rank, map, options => options.IdentitiesPath = path));

        await SumAsync(jobs, Protection.TlsAndAead, TransportKind.Tcp);
    }

    /// <summary>
    /// Two lists that agree on the two communicating ranks still differ in their hashes, so the join is refused with both values before
    /// anything hangs.
    /// </summary>
    [Fact]
    public async Task Join_ListsDiffer_IsRefusedNamingBothValues()
    {
        await using var cluster = new LocalCluster(3);
        var (one, other) = (WriteList(cluster, "one", "red", "green", "blue"), WriteList(cluster, "other", "red", "green", "black"));
        IdentityMap[] maps = [.. new[] { one, other }.Select(path => IdentityList.Parse(File.ReadAllText(path), path, 3, "job-a"))];

        var failure = await RefuseAsync(
            cluster, With(cluster, 0, maps[0], options => options.IdentitiesPath = one),
            With(cluster, 1, maps[1], options => options.IdentitiesPath = other));

        Assert.Equal(MembershipError.ParametersDiffer, failure.Error);
        Assert.Contains(
            $"identities is {maps[1].Fingerprint} at rank 1 and {maps[0].Fingerprint} at rank 0", failure.Message,
                StringComparison.Ordinal);
    }

    /// <summary>Two jobs share a pool of workers: their certificates are indistinguishable, but the names of the jobs differ.</summary>
    [Fact]
    public async Task Join_OtherJobWithTheSameIdentities_IsRefusedNamingBothValues()
    {
        await using var cluster = new LocalCluster(2);

        var failure = await RefuseAsync(cluster, InPool(cluster, 0, "job-a"), InPool(cluster, 1, "job-b"));

        Assert.Equal(MembershipError.ParametersDiffer, failure.Error);
        Assert.Contains("job is job-b at rank 1 and job-a at rank 0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Join_OtherJobOfTheTemplate_IsRefused()
    {
        await using var cluster = new LocalCluster(2);
        var map = TemplateIdentities.Parse(Template, null);
        var foreign = cluster.OptionsWith(1, cluster.Pki, map.Create(TestPki.DefaultTrustDomain, "job-b", 1));
        foreign.IdentityTemplate = Template;

        var failure = await RefuseAsync(cluster, With(cluster, 0, map, options => options.IdentityTemplate = Template), foreign);

        Assert.Equal(MembershipError.Untrusted, failure.Error);
        Assert.Contains("Expected rank 0 of job 'job-b', but the certificate is for rank 0 of job 'job-a'", failure.Message,
            StringComparison.Ordinal);
    }

    /// <summary>Rank 1 has a map and rank 0 has none, so neither accepts the other's certificate as a worker's.</summary>
    [Fact]
    public async Task Join_MapOnOneRankOnly_IsRefusedNamingTheForm()
    {
        await using var cluster = new LocalCluster(2);
        var map = TemplateIdentities.Parse(Template, null);

        var failure = await RefuseAsync(
            cluster, cluster.Options(0), With(cluster, 1, map, options => options.IdentityTemplate = Template));

        Assert.Equal(MembershipError.Untrusted, failure.Error);
        Assert.Contains($"is not of the form '{Template}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spiffe://test.example/pod", null, "all workers would have one identity")]
    [InlineData(Pool, null, "set the job's name as well (SECURE_COLLECTIVES_JOB)")]
    [InlineData(Pool, "/nowhere", "set one of them")]
    [InlineData(null, "/nowhere", "There is no file '/nowhere'")]
    public async Task Join_InvalidMap_IsRefusedBeforeAnythingStarts(string? template, string? path, string words)
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        (options.IdentityTemplate, options.IdentitiesPath) = (template, path);
        options.JobName = path is null ? null : "job-a";

        var failure = await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A list that gives all pods one identity.</summary>
    [Fact]
    public async Task Join_ListRepeatsAnIdentity_IsRefusedWithTheReason()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        options.JobName = "job-a";
        options.IdentitiesPath = WriteList(cluster, "list", "pod", "pod");

        var failure = await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options));

        Assert.Contains("Line 2 of '" + options.IdentitiesPath + "' gives rank 1 the identity of rank 0 (line 1): either could pass for "
            + "the "
            + "other", failure.Message, StringComparison.Ordinal);
    }

    private static JobOptions With(LocalCluster cluster, int rank, IdentityMap map, Action<JobOptions> configure)
    {
        var options = cluster.OptionsWith(rank, cluster.Pki, map.Create(TestPki.DefaultTrustDomain, TestPki.DefaultJob, rank));
        options.JobName = TestPki.DefaultJob;
        configure(options);
        return options;
    }

    private static JobOptions InPool(LocalCluster cluster, int rank, string job)
    {
        var map = TemplateIdentities.Parse(Pool, job);
        var options = cluster.OptionsWith(rank, cluster.Pki, map.Create(TestPki.DefaultTrustDomain, job, rank));
        (options.IdentityTemplate, options.JobName) = (Pool, job);
        return options;
    }

    private static string WriteList(LocalCluster cluster, string name, params string[] names) => cluster.WriteFile(
        name, string.Concat(names.Select((worker, rank) => $"{rank} spiffe://{TestPki.DefaultTrustDomain}/trainer/{worker}\n")));

    private static Task<Job[]> JoinAllAsync(LocalCluster cluster, Func<int, JobOptions> options) => Task.WhenAll(
        Enumerable.Range(0, cluster.Size).Select(rank => Task.Run(() => cluster.JoinAsync(options(rank))))).WaitAsync(Limit);

    private static async Task SumAsync(Job[] jobs, Protection protection, TransportKind transport)
    {
        var members = await LocalCluster.OpenAllAsync(
            jobs, "sum", () =>
                new CommunicatorOptions { Protection = protection, Transport = transport, LocalTransport = LocalTransport.Tcp });
        await LocalCluster.RunAsync(members, async member =>
        {
            float[] values = [member.Rank + 1, 1];
            await member.AllReduceAsync<float>(values, ReduceOp.Sum);
            Assert.Equal([jobs.Length * (jobs.Length + 1) / 2, jobs.Length], values);
        });
    }

    /// <summary>Lets rank 0 wait, and returns the other rank's failure.</summary>
    private static async Task<MembershipException> RefuseAsync(LocalCluster cluster, JobOptions zero, JobOptions other)
    {
        using var stop = new CancellationTokenSource();
        var waiting = cluster.JoinAsync(zero, stop.Token);
        await cluster.Logs.WaitForAsync(message => message.Contains("listens for control", StringComparison.Ordinal));
        var failure = await RefusedJoin.FailAsync(cluster, other);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        return failure;
    }
}
