using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Opening communicators: together, with differing parameters, with ranks missing, and again under the same id.</summary>
public sealed class CommunicatorOpeningTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string> Differences => new()
    {
        // Suite and chunk size derive from the protection, so they are not named.
        { "protection", "with different options: protection is UnsafePlaintext at rank 0 and Aead at rank 1. Give all ranks the same." },
        { "tls", "protection is TlsAndAead at rank 0 and Aead at rank 1" },
        { "transport", "transport is Grpc at rank 0 and Tcp at rank 1" },
        { "suite", $"suite is ChaCha20Poly1305 at rank 0 and {AutomaticSuite.OfThisMachine} at rank 1" },
        { "key agreement", "key-agreement is P256 at rank 0 and SecP256r1MLKEM768 at rank 1" },
        { "lanes", "lanes is 2 at rank 0 and 1 at rank 1" },
        { "channels", "channels is 2 at rank 0 and 1 at rank 1" },
        { "chunk bytes", "chunk-bytes is 8192 at rank 0 and 131072 at rank 1" },
        { "small bytes", "small-bytes is 4096 at rank 0 and 32768 at rank 1" },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task Open_ParametersDiffer_BothSidesRefuseAndNameBothValues(string difference, string words)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var other = difference switch
        {
            "protection" => new CommunicatorOptions { Protection = Protection.UnsafePlaintext },
            "tls" => new CommunicatorOptions { Protection = Protection.TlsAndAead },
            "transport" => new CommunicatorOptions { Transport = TransportKind.Grpc },
            "suite" => new CommunicatorOptions { Suite = CipherSuite.ChaCha20Poly1305 },
            "key agreement" => new CommunicatorOptions { KeyAgreement = KeyAgreement.P256 },
            "lanes" => new CommunicatorOptions { Lanes = 2 },
            "channels" => new CommunicatorOptions { Channels = 2 },
            "small bytes" => new CommunicatorOptions { SmallBytes = 4096 },
            _ => new CommunicatorOptions { ChunkBytes = 8192 },
        };
        var failures = await Task.WhenAll(FailAsync(jobs[0], "group", other), FailAsync(jobs[1], "group", new CommunicatorOptions()))
            .WaitAsync(Limit);

        Assert.All(failures, failure => Assert.Equal(MembershipError.ParametersDiffer, failure.Error));
        Assert.All(failures, failure => Assert.Contains(words, failure.Message));
        Assert.All(failures, failure => Assert.DoesNotContain(nameof(CommunicatorOptions.LocalWorldSize), failure.Message));

        // The job continues, and the same id opens once all ranks agree.
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "group", () => new CommunicatorOptions()));
    }

    [Fact]
    public async Task Open_TimeLimitsDiffer_Opens()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await Task.WhenAll(jobs.Select(job => job.OpenCommunicatorAsync(
            "group", new CommunicatorOptions
            {
                OpenTimeout = TimeSpan.FromSeconds(20 + job.Rank),
                OperationTimeout = TimeSpan
                .FromSeconds(30 + job.Rank)
            }))).WaitAsync(Limit);
        await UseAsync(members);
    }

    /// <summary>
    /// In a ring of three, the two callers wait for the absent rank, as its initiator or its responder. Each case takes the whole time
    /// limit, so all cases run at the same time.
    /// </summary>
    [Fact]
    public async Task Open_OneRankDoesNotOpen_TheOthersNameIt()
    {
        await using var cluster = new LocalCluster(3);
        var jobs = await cluster.JoinAllAsync();
        // One-time setup must not count against the time limit.
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "all", () => new CommunicatorOptions()));
        await Task.WhenAll(jobs.Select(async absent =>
        {
            var id = $"without {absent.Rank}";
            var options = new CommunicatorOptions { OpenTimeout = TimeSpan.FromSeconds(5) };
            var failures = await Task.WhenAll(jobs.Where(job => job != absent).Select(job => FailAsync(job, id, options))).WaitAsync(Limit);

            Assert.All(failures, failure => Assert.Equal(MembershipError.MissingRanks, failure.Error));
            Assert.All(failures, failure => Assert.Equal(
                $"Rank {absent.Rank} did not open communicator '{id}' within 5 s; all ranks must open the same communicators.",
                    failure.Message));
            await UseAsync(await LocalCluster.OpenAllAsync(jobs, id, () => new CommunicatorOptions()));
        })).WaitAsync(Limit);
    }

    [Fact]
    public async Task Open_DifferentIds_EachSideNamesItsOwn()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var options = new CommunicatorOptions { OpenTimeout = TimeSpan.FromSeconds(1) };
        var failures = await Task.WhenAll(FailAsync(jobs[0], "left", options), FailAsync(jobs[1], "right", options)).WaitAsync(Limit);
        Assert.StartsWith("Rank 1 did not open communicator 'left'", failures[0].Message);
        Assert.StartsWith("Rank 0 did not open communicator 'right'", failures[1].Message);
    }

    [Fact]
    public async Task Open_Several_RunAtTheSameTime()
    {
        await using var cluster = new LocalCluster(3);
        var jobs = await cluster.JoinAllAsync();
        var groups = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => LocalCluster.OpenAllAsync(
            jobs, $"group {i}", () =>
                new CommunicatorOptions { Lanes = 1 + (i % 2), Protection = i == 4 ? Protection.UnsafePlaintext : Protection.Aead })));
        await Task.WhenAll(groups.Select(UseAsync)).WaitAsync(Limit);
    }

    [Fact]
    public async Task Open_SameIdAgainAfterDisposing_Works()
    {
        await using var cluster = new LocalCluster(3);
        var jobs = await cluster.JoinAllAsync();
        for (var i = 0; i < 5; i++)
        {
            var members = await LocalCluster.OpenAllAsync(jobs, "again", () => new CommunicatorOptions());
            await UseAsync(members);
            await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask())).WaitAsync(Limit);
        }
    }

    /// <summary>
    /// Without a collective the ranks are not synchronised: one may reopen the id while another still waits for links of its first
    /// instance.
    /// </summary>
    [Fact]
    public async Task Open_SameIdAgainWithoutWaitingForTheOthers_Works()
    {
        await using var cluster = new LocalCluster(3);
        var jobs = await cluster.JoinAllAsync();
        await Task.WhenAll(jobs.Select(job => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await (await job.OpenCommunicatorAsync("again", new CommunicatorOptions())).DisposeAsync();
            }
        }))).WaitAsync(Limit);
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "again", () => new CommunicatorOptions()));
    }

    [Fact]
    public async Task Open_IdIsOpen_IsMisuse()
    {
        await using var cluster = new LocalCluster(1);
        var jobs = await cluster.JoinAllAsync();
        await using var first = await jobs[0].OpenCommunicatorAsync("only", new CommunicatorOptions());
        await Assert.ThrowsAsync<InvalidOperationException>(() => jobs[0].OpenCommunicatorAsync("only", new CommunicatorOptions()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Open_NoId_IsMisuse(string? id)
    {
        await using var cluster = new LocalCluster(1);
        var jobs = await cluster.JoinAllAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => jobs[0].OpenCommunicatorAsync(id!, new CommunicatorOptions()));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => jobs[0].OpenCommunicatorAsync(new string('ä', 128), new CommunicatorOptions()));
        await using var longest = await jobs[0].OpenCommunicatorAsync(new string('ä', 127), new CommunicatorOptions());
    }

    [Fact]
    public async Task Open_PlaintextNotAllowed_IsRefusedBeforeAnythingIsSent()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        options.AllowPlaintext = false;
        var job = await cluster.JoinAsync(options);
        var failure = await FailAsync(job, "plain", new CommunicatorOptions { Protection = Protection.UnsafePlaintext });
        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains("SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1", failure.Message);
    }

    [Fact]
    public async Task Open_Plaintext_IsAnnounced()
    {
        await using var cluster = new LocalCluster(1);
        var jobs = await cluster.JoinAllAsync();
        await using var plain = await jobs[
            0].OpenCommunicatorAsync("plain", new CommunicatorOptions { Protection = Protection.UnsafePlaintext });
        Assert.Contains(cluster.Logs.Warnings,
            warning => warning.Contains("'plain' was opened WITHOUT PROTECTION", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(KeyAgreement.P256, 2)]
    [InlineData(KeyAgreement.SecP256r1MLKEM768, 0)]
    public async Task Open_EitherKeyAgreement_WorksAndEachRankWarnsOfP256Alone(KeyAgreement keyAgreement, int warnings)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "group", () => new CommunicatorOptions { KeyAgreement = keyAgreement }));

        Assert.Equal(warnings,
            cluster.Logs.Warnings.Count(
                warning => warning.StartsWith("Communicator 'group' derives its keys with P256 alone", StringComparison.Ordinal)));
        Assert.Equal(
            warnings,
            cluster.Logs.Warnings.Count(warning => !warning.StartsWith("Workers on other hosts cannot join", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Open_Cancelled_FreesTheId()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        foreach (var job in jobs)
        {
            using var stop = new CancellationTokenSource();
            var opening = job.OpenCommunicatorAsync("late", new CommunicatorOptions(), stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));
        }

        await UseAsync(await LocalCluster.OpenAllAsync(jobs, "late", () => new CommunicatorOptions()));
    }

    private static Task<MembershipException> FailAsync(Job job, string id, CommunicatorOptions options) =>
        Task.Run(() => Assert.ThrowsAsync<MembershipException>(() => job.OpenCommunicatorAsync(id, options)));

    private static Task UseAsync(Communicator[] members) => LocalCluster.RunAsync(members, async member =>
    {
        var buffer = Enumerable.Repeat(member.Rank + 1, 1000).ToArray();
        await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
        Assert.All(buffer, value => Assert.Equal(members.Length * (members.Length + 1) / 2, value));
    });
}
