using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Real jobs whose workers support different suites.</summary>
public sealed class AutomaticSuiteTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Open_AllWorkersAlike_IsTheBestOfThisMachineOnAllRanks()
    {
        await using var cluster = new LocalCluster(3);
        var jobs = await cluster.JoinAllAsync();

        await UseAsync(jobs, AutomaticSuite.OfThisMachine);

        Assert.All(jobs, job => Assert.Equal(AutomaticSuite.OfThisMachine, job.AutomaticSuite));
        Assert.Equal(AutomaticSuite.OfThisMachine == SuiteChoice.Order[0], !cluster.Logs.Warnings.Any(IsAboutSuites));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Open_OneWorkerWithoutAegis_AllUseAesAndEachWarnsOnceNamingTheWorker(int rank)
    {
        RequireAegis();
        await using var cluster = new LocalCluster(3);
        var jobs = await JoinAsync(cluster, rank, AutomaticSuite.WithoutAegis);

        await UseAsync(jobs, SuiteCode.Aes256Gcm);
        await UseAsync(jobs, SuiteCode.Aes256Gcm);

        Assert.Equal(
            Enumerable.Repeat($"This job's automatic suite is Aes256Gcm. Rank {rank} cannot use Aegis128L, Aegis256; see the log there "
                + "for the reason.", 3),
            cluster.Logs.Warnings.Where(IsAboutSuites));
        Assert.Single(cluster.Logs.Logger.Entries,
            static entry => entry.Message == "This worker cannot use Aegis128L, Aegis256: a test has removed it.");
    }

    [Fact]
    public async Task Open_OneWorkerWithoutTheFastest_AllUseTheNextInOrder()
    {
        RequireAegis();
        await using var cluster = new LocalCluster(2);
        var jobs = await JoinAsync(cluster, 1, AutomaticSuite.Without(SuiteCode.Aegis128L));

        await UseAsync(jobs, SuiteCode.Aegis256);
    }

    [Fact]
    public async Task Open_NamedSuiteThatOneWorkerCannotUse_FailsOnAllNamingItAndTheJobGoesOn()
    {
        RequireAegis();
        await using var cluster = new LocalCluster(2);
        var jobs = await JoinAsync(cluster, 1, AutomaticSuite.WithoutAegis);

        var failures = await Task.WhenAll(jobs.Select(job => Assert.ThrowsAsync<MembershipException>(
            () => job.OpenCommunicatorAsync("group", new CommunicatorOptions { Suite = CipherSuite.Aegis128L })))).WaitAsync(Limit);

        Assert.All(failures, failure => Assert.Equal(MembershipError.Configuration, failure.Error));
        Assert.All(failures, failure => Assert.StartsWith("Rank 1 cannot use the suite Aegis128L.", failure.Message));
        Assert.All(failures,
            failure => Assert.EndsWith("or choose one that all ranks can use: Aes256Gcm, ChaCha20Poly1305.", failure.Message));
        Assert.Contains("The log of Rank 1 says why.", failures[0].Message);
        Assert.Contains("Here: a test has removed it.", failures[1].Message);
        await UseAsync(jobs, SuiteCode.Aes256Gcm);
    }

    /// <summary>Naming the suite that the other rank chooses automatically counts as the same choice.</summary>
    [Fact]
    public async Task Open_OneRankNamesTheAutomaticSuite_Opens()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();

        var members = await Task.WhenAll(jobs.Select(job => job.OpenCommunicatorAsync(
            "group", new CommunicatorOptions
            {
                Suite = job.Rank == 0
                ? (CipherSuite)AutomaticSuite.OfThisMachine : CipherSuite.Automatic
            }))).WaitAsync(Limit);

        Assert.All(members, member => Assert.Equal(AutomaticSuite.OfThisMachine, member.Suite));
    }

    /// <summary>If frames are not sealed, the ranks need no common suite.</summary>
    [Theory]
    [InlineData(Protection.Tls)]
    [InlineData(Protection.UnsafePlaintext)]
    public async Task Open_NoCommonSuiteWithoutSealing_Opens(Protection protection)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await JoinAsync(cluster, suites: rank => rank == 0
            ? AutomaticSuite.Without(SuiteCode.ChaCha20Poly1305, SuiteCode.Aegis128L, SuiteCode.Aegis256)
            : AutomaticSuite.Without(SuiteCode.Aes256Gcm, SuiteCode.Aegis128L, SuiteCode.Aegis256));

        var members = await LocalCluster.OpenAllAsync(jobs, "group", () => new CommunicatorOptions { Protection = protection });
        Assert.All(members, member => Assert.Equal(SuiteCode.None, member.Suite));

        var failures = await Task.WhenAll(jobs.Select(job => Assert.ThrowsAsync<MembershipException>(
            () => job.OpenCommunicatorAsync("sealed", new CommunicatorOptions())))).WaitAsync(Limit);
        Assert.All(failures, failure => Assert.Contains("have no cipher in common", failure.Message));
    }

    [Fact]
    public async Task Join_WithoutAnySuite_IsRefusedBeforeAnythingIsSent()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        options.Suites = static () => AutomaticSuite.Without(SuiteChoice.Order);

        var failure = await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options));

        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains("none of the ciphers that seal frames", failure.Message);
    }

    public static TheoryData<string, byte[]> Alterations => new()
    {
        { "without the fastest", [1, 2, 4] },
        { "without AEGIS", [1, 2] },
        { "the last alone", [2] },
        { "with one of a later version", [1, 2, 3, 4, 5] },
        { "none", [] },
    };

    /// <summary>If workers did not check their own announcement in the roster, the coordinator could downgrade all of them.</summary>
    [Theory]
    [MemberData(nameof(Alterations))]
    public async Task Join_RosterWithOtherSuitesThanAnnounced_IsRefused(string how, byte[] suites)
    {
        await using var cluster = new LocalCluster(2);
        await using var coordinator = await FalseCoordinator.StartAsync(
            cluster, roster => roster.Members[1].Suites = ByteString.CopyFrom(suites));
        var options = cluster.Options(1);
        options.Suites = static () => new LocalSuites();

        var failure = await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options).WaitAsync(Limit));

        Assert.Equal(MembershipError.Untrusted, failure.Error);
        Assert.True(failure.Message.Contains(suites.Length == 0
            ? "its entry 1 is not rank 1" : "it does not contain the suites that this worker announced", StringComparison.Ordinal),
                $"{how}: {failure.Message}");
    }

    /// <summary>Control for the test above: the roster is refused only because of its alteration.</summary>
    [Fact]
    public async Task Join_RosterOfTheSameCoordinatorUnaltered_IsAccepted()
    {
        await using var cluster = new LocalCluster(2);
        await using var coordinator = await FalseCoordinator.StartAsync(cluster, static _ => { });

        Assert.Equal(AutomaticSuite.OfThisMachine, (await cluster.JoinAsync(cluster.Options(1)).WaitAsync(Limit)).AutomaticSuite);
    }

    [Theory]
    [MemberData(nameof(SuiteAnnouncementTests.Malformed), MemberType = typeof(SuiteAnnouncementTests))]
    public async Task Join_MalformedAnnouncement_IsRefusedAndThePlaceStaysFree(string suites)
    {
        await using var cluster = new LocalCluster(2);
        var zero = cluster.JoinAsync(cluster.Options(0));
        await cluster.Logs.WaitForAsync(static message => message.Contains("rank/0 listens", StringComparison.Ordinal));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => JoinRawAsync(cluster, Convert.FromHexString(suites)));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("The suites must be 1 to 32 codes", refusal.Status.Detail);
        Assert.False(zero.IsCompleted);
        await Task.WhenAll(zero, cluster.JoinAsync(cluster.Options(1))).WaitAsync(Limit);
    }

    [Fact]
    public async Task Join_MemberOfALaterVersion_ItsUnknownSuitesAreIgnored()
    {
        RequireAegis();
        await using var cluster = new LocalCluster(2);
        var zero = cluster.JoinAsync(cluster.Options(0));

        await using var later = await FalseResponder.JoinAsync(cluster, static _ => { }, SuiteAnnouncement.Read([1, 2, 4, 99, 255]));

        Assert.Equal(SuiteCode.Aegis256, (await zero.WaitAsync(Limit)).AutomaticSuite);
    }

    private static void RequireAegis() => Assert.SkipWhen(
        LocalSuites.Installed.Reason(SuiteCode.Aegis128L) is not null, $"{LocalSuites.Installed.Reason(SuiteCode.Aegis128L)}.");

    private static bool IsAboutSuites(string warning) => warning.StartsWith("This job's automatic suite", StringComparison.Ordinal);

    private static Task<Job[]> JoinAsync(LocalCluster cluster, int rank, LocalSuites suites) =>
        JoinAsync(cluster, other => other == rank ? suites : LocalSuites.Installed);

    private static Task<Job[]> JoinAsync(LocalCluster cluster, Func<int, LocalSuites> suites) =>
        Task.WhenAll(Enumerable.Range(0, cluster.Size).Select(rank => Task.Run(() =>
    {
        var options = cluster.Options(rank);
        options.Suites = () => suites(rank);
        return cluster.JoinAsync(options);
    }))).WaitAsync(Limit);

    /// <summary>Opens a communicator with each sealing protection over each transport, and reduces a buffer.</summary>
    private static async Task UseAsync(Job[] jobs, SuiteCode expected)
    {
        foreach (var name in Combinations.Names.Where(static name => name.EndsWith("Aead", StringComparison.Ordinal)))
        {
            var members = await LocalCluster.OpenAllAsync(jobs, $"group {name}", () => Combinations.Options(name));
            Assert.All(members, member => Assert.Equal(expected, member.Suite));
            await LocalCluster.RunAsync(members, async member =>
            {
                var buffer = Enumerable.Repeat(member.Rank + 1, 5000).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.All(buffer, value => Assert.Equal(jobs.Length * (jobs.Length + 1) / 2, value));
            });
            await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask())).WaitAsync(Limit);
        }
    }

    /// <summary>Joins as rank 1 with the given bytes as its suite announcement.</summary>
    private static async Task JoinRawAsync(LocalCluster cluster, byte[] suites)
    {
        var options = cluster.Options(1);
        using var identity = IdentitySource.Open(
            new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath), TimeProvider.System, NullLogger.Instance);
        var control = new ControlPlane(identity, cluster.Logs);
        var master = new HostPort(options.MasterAddress, options.MasterPort);
        var coordinator = WorkerId.Create(identity.Worker.TrustDomain, identity.Worker.Job, 0);
        await using var connection = await control.ConnectAsync(
            master, coordinator, JobRoster.MaxBytes(2, IdentityMap.Default), CancellationToken.None);
        var request = new JoinRequest
        {
            RunId = options.RunId,
            Rank = 1,
            Nonce = ByteString.CopyFrom(new byte[RosterMember.NonceLength]),
            Endpoint = "127.0.0.1:1",
            Parameters = new ParameterList(("protocol", LinkTranscript.ProtocolVersion), ("world-size", 2)).ToString(),
            Suites = ByteString.CopyFrom(suites),
        };
        await connection.CallAsync(
            async calls =>
            {
                using var call = new Rendezvous.RendezvousClient(calls).Join(request, deadline: DateTime.UtcNow + Limit);
                return await call.ResponseStream.MoveNext(CancellationToken.None);
            },
            CancellationToken.None);
    }
}
