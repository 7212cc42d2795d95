using System.Runtime.InteropServices;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Channels between workers that joined over mutual TLS: each channel's links are opened, healed, failed and closed.</summary>
public sealed class NetworkChannelTests
{
    private const int Channels = 3;

    /// <summary>The number of elements of an operation that uses all channels.</summary>
    private const int Length = (Channels * ChannelSplit.MinBytes / sizeof(float)) + 17;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<int> Sizes => [2, 3];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Collectives_EveryTransportAndProtection_GiveTheSameBits(int size)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        byte[]? expected = null;
        foreach (var name in Combinations.Names)
        {
            var members = await LocalCluster.OpenAllAsync(jobs, name, () =>
            {
                var options = Combinations.Options(name);
                options.Channels = Channels;
                return options;
            });
            await LocalCluster.RunAsync(members, async member =>
            {
                var rough = Reference.Rough(member.Rank, Length);
                await member.AllReduceAsync<float>(rough, ReduceOp.Sum);
                var bits = MemoryMarshal.AsBytes<float>(rough).ToArray();
                Assert.True(bits.AsSpan().SequenceEqual(Interlocked.CompareExchange(ref expected, bits, null) ?? bits), $"{name} differs");
                await ReferenceCalls.AssertAsync(member, Length);
                await ReferenceCalls.AssertAsync(member, 5);
            });
            foreach (var member in members)
            {
                await member.DisposeAsync();
            }
        }
    }

    /// <summary>If a frame is refused, its channel loses the link, but the operation succeeds.</summary>
    [Fact]
    public async Task AllReduce_OneChannelsFrameRefused_IsHealedInThatChannel()
    {
        await using var cluster = new LocalCluster(2);
        var members = await OpenAsync(cluster, healsPerMinute: 5);
        await LocalCluster.RunAsync(members, member => ReferenceCalls.AssertAsync(member, Length));

        Assert.All(members, member => Assert.Equal((1, 1), (member.Replacements!.Heals, member.Replacements.Replacements)));
        Assert.Contains(cluster.Logs.Warnings, warning => warning.Contains("'altered/1'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllReduce_OneChannelFailsForGood_AllRanksAndChannelsFailForTheSameReason()
    {
        await using var cluster = new LocalCluster(2);
        var members = await OpenAsync(cluster, healsPerMinute: 0);
        var failures = await Task.WhenAll(members.Select(member => Assert.ThrowsAsync<CollectiveException>(
            () => Task.Run(() => member.AllReduce<float>(new float[Length], ReduceOp.Sum)).WaitAsync(Limit))));

        // Operation 0 was the barrier that opened the communicator.
        Assert.All(failures, failure => Assert.Equal(1, failure.Operation));
        Assert.Single(failures.Select(failure => (failure.Error, Math.Min(failure.Culprit, failure.OtherCulprit ?? failure.Culprit)))
            .Distinct());
        foreach (var member in members)
        {
            Assert.Equal(failures[0].Error, Assert.Throws<CollectiveException>(() => member.Barrier()).Error);
            await member.DisposeAsync();
        }
    }

    [Fact]
    public async Task Threads_OfACommunicator_AreNamedAndEndWithIt()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "left", () => new CommunicatorOptions { Channels = 16 });
        await LocalCluster.RunAsync(members, member => ReferenceCalls.AssertAsync(member, Length));
        Assert.All(Enumerable.Range(0, 16), channel => Assert.Equal(2, Threads().Count(name => name == $"loop left/{channel}")));

        await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask()));
        Assert.True(SpinWait.SpinUntil(() => !Threads().Any(), Limit));

        static IEnumerable<string> Threads()
        {
            foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
            {
                string name;
                try
                {
                    name = File.ReadAllText(Path.Combine(task, "comm")).TrimEnd();
                }
                catch (IOException)
                {
                    continue;
                }

                if (name.StartsWith("loop left/", StringComparison.Ordinal))
                {
                    yield return name;
                }
            }
        }
    }

    /// <summary>Opens a communicator of two ranks, in which rank 0 corrupts one frame of channel 1.</summary>
    private static async Task<Communicator[]> OpenAsync(LocalCluster cluster, int healsPerMinute)
    {
        var jobs = await cluster.JoinAllAsync();
        var rank = jobs.Length;
        return await LocalCluster.OpenAllAsync(jobs, "altered", () =>
        {
            var options =
                new CommunicatorOptions { Channels = Channels, LinkKeeping = new LinkKeeperOptions { HealsPerMinute = healsPerMinute } };
            if (--rank == 0)
            {
                var sealers = 0;
                var altered = false;
                options.Hooks = new LaneHooks
                {
                    Sealer = sealer => sealers++ != 1
                        ? sealer : new DamagingSealer(sealer, header => header.Kind == FrameKind.Data && !altered && (altered = true)),
                };
            }

            return options;
        });
    }
}
