using System.Diagnostics;
using System.Globalization;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Replaces TLS links during a run because they have reached the byte limit of their keys, which these tests lower to a few operations.
/// </summary>
public sealed class LinkReplacementTests
{
    private const long ReplaceFrom = 200_000;
    private const int Rounds = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string, int, int> Worlds()
    {
        var worlds = new TheoryData<string, int, int>();
        foreach (var name in Combinations.NamesWithTls)
        {
            worlds.Add(name, 2, 1);
            worlds.Add(name, 3, 2);
            worlds.Add(name, 4, 1);
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Collectives_WhileLinksAreReplaced_GiveTheSameBits(string combination, int size, int lanes)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        var lasting = await LocalCluster.OpenAllAsync(jobs, "lasting", () => new CommunicatorOptions());
        var replaced = await LocalCluster.OpenAllAsync(jobs, "replaced", () =>
        {
            var options = Combinations.Options(combination);
            (options.Lanes, options.ChunkBytes, options.ReplaceLinksFrom) = (lanes, 16 * 1024, ReplaceFrom);
            options.LinkKeeping = new LinkKeeperOptions { RequestsPerMinute = int.MaxValue, AttemptsPerMinute = int.MaxValue };
            return options;
        });
        await LocalCluster.RunAsync(replaced, async member =>
        {
            var other = lasting[member.Rank];
            for (var round = 0; round < Rounds; round++)
            {
                // Queued and synchronous calls, long and short, so that different threads hold the baton when a link is due for
                // replacement.
                var length = 40_000 + (round * 1000);
                var (actual, expected) = (Reference.Rough(member.Rank, length), Reference.Rough(member.Rank, length));
                var queued = member.AllReduceAsync<float>(actual, ReduceOp.Sum);
                var token = new int[size];
                var next = member.AllGatherAsync<int>(new[] { member.Rank }, token);
                await other.AllReduceAsync<float>(expected, ReduceOp.Sum);
                await queued;
                await next;
                Assert.Equal(expected, actual);
                Assert.Equal(Enumerable.Range(0, size), token);

                var sum = Reference.Input<double>(member.Rank, 10_007);
                member.AllReduce<double>(sum, ReduceOp.Sum);
                Assert.Equal(Reference.AllReduce<double>(size, 10_007, ReduceOp.Sum), sum);
                member.Barrier();
            }
        });

        // Each link was replaced several times, at both ends, and never because it failed.
        Assert.All(replaced,
            member => Assert.True(
                member.Replacements!.Replacements >= 3, $"rank {member.Rank} replaced {member.Replacements.Replacements} links"));
        Assert.All(replaced, member => Assert.Equal(0, member.Replacements!.Heals));
    }

    [Fact]
    public async Task Collectives_WithoutProtection_KeepTheirLinks()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(
            jobs, "plain", () => new CommunicatorOptions { Protection = Protection.UnsafePlaintext, ReplaceLinksFrom = 1 });
        await LocalCluster.RunAsync(members, async member =>
        {
            for (var i = 0; i < 3; i++)
            {
                await member.AllReduceAsync<float>(new float[1000], ReduceOp.Sum);
            }
        });
        Assert.All(members, member => Assert.Equal(0, member.Replacements!.Replacements));
    }

    /// <summary>A rank that waits for a new link still reads the peer's abort on the old one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Collectives_PeerLeavesInsteadOfReplacing_NameThePeer(int leaver)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(
            jobs, "left", () => new CommunicatorOptions { Protection = Protection.Tls, ReplaceLinksFrom = 1 });
        var waiting = members[1 - leaver].AllReduceAsync<float>(new float[1000], ReduceOp.Sum).AsTask();
        await members[leaver].DisposeAsync();
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => waiting.WaitAsync(Limit));
        Assert.Equal((CollectiveError.Closed, leaver), (failure.Error, failure.Culprit));
    }

    /// <summary>The operation that waits for the new link fails, and says why the link could not be fitted.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Collectives_NewLinkCannotBeFitted_FailAndSayWhy(int failing)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await Task.WhenAll(jobs.Select((job, rank) => Task.Run(() =>
        {
            var fitted = 0;
            var hooks = new LaneHooks
            {
                Sealer = sealer => ++fitted == 1
                ? sealer : throw new InvalidOperationException("the seal does not fit")
            };
            return job.OpenCommunicatorAsync(
                "unfit", new CommunicatorOptions
                {
                    Protection = Protection.Tls,
                    ReplaceLinksFrom = 1,
                    Hooks = rank == failing
                    ? hooks : null
                });
        }))).WaitAsync(Limit);
        var calls = members.Select(member => member.AllReduceAsync<float>(new float[1000], ReduceOp.Sum).AsTask()).ToArray();
        var failures = await Task.WhenAll(calls.Select(call => Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit))));
        Assert.Contains("the seal does not fit", failures[failing].Message, StringComparison.Ordinal);
        Assert.All(failures, failure => Assert.Equal((CollectiveError.PeerLost, failing), (failure.Error, failure.Reporter)));
    }

    [Fact]
    public async Task Collectives_PeerNeverComes_TimeOut()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(
            jobs, "late", () =>
                new CommunicatorOptions { Protection = Protection.Tls, ReplaceLinksFrom = 1, OperationTimeout = TimeSpan.FromSeconds(1) });
        var failure = await Assert.ThrowsAsync<CollectiveException>(
            () => members[0].AllReduceAsync<float>(new float[1000], ReduceOp.Sum).AsTask().WaitAsync(Limit));
        Assert.Equal((CollectiveError.TimedOut, 1), (failure.Error, failure.Culprit));
    }

    /// <summary>A new link uses the newest certificates, and expires with them instead of with the old ones.</summary>
    [Fact]
    public async Task Collectives_CertificateRenewedMeanwhile_Continue()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "renewed", () => new CommunicatorOptions
        {
            Protection = Protection.Tls,
            ReplaceLinksFrom = 1,
            LinkKeeping = new LinkKeeperOptions { RequestsPerMinute = int.MaxValue, AttemptsPerMinute = int.MaxValue },
        });
        cluster.Renew(0);
        cluster.Renew(1);
        for (var started = Stopwatch.GetTimestamp(); Reloaded() < 2;)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The new certificates were never loaded.");
            await LocalCluster.RunAsync(members, async member =>
            {
                var sum = Reference.Input<double>(member.Rank, 100);
                await member.AllReduceAsync<double>(sum, ReduceOp.Sum);
                Assert.Equal(Reference.AllReduce<double>(2, 100, ReduceOp.Sum), sum);
            });
        }

        int Reloaded() =>
            cluster.Logs.Logger.Entries.Count(entry => entry.Message.StartsWith("Reloaded the identity", StringComparison.Ordinal));
    }

    /// <summary>The bound leaves room for any single operation, even the longest possible call in the shortest chunks.</summary>
    [Fact]
    public void LongestOperation_BegunBelowTheBound_StaysBelowTheLimit()
    {
        const int MinChunkBytes = 4096;
        foreach (var size in new[] { 2, 3, 16, 1024 })
        {
            var reduce = new RingAllReduce(0, size, Calls.AllReduce(ElementCode.Float64, OperatorCode.Sum, int.MaxValue),
                new Elements(int.MaxValue, sizeof(double)), MinChunkBytes);
            var gather = new RingAllGather(0, size, Calls.AllGather(ElementCode.Float64, int.MaxValue / size),
                new Elements(int.MaxValue / size, sizeof(double)), MinChunkBytes);
            foreach (var transfers in new[] { reduce.Sends[0].Count, gather.Sends[0].Count })
            {
                var bytes = transfers * (MinChunkBytes + FrameFormat.HeaderLength + Suite.MaxTagLength);

                // Adds the maximum number of acknowledgements that may have been sent before: 56 bytes for each frame of at least 48 bytes.
                Assert.True((TlsKeyLimit.ReplaceFrom * (48 + 56) / 48) + bytes < TlsKeyLimit.MaxBytes,
                    string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes in a world of {size}"));
            }
        }
    }
}
