using SecureCollectives.Links;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Links;

/// <summary>When two workers on a host share memory, when they do not, and how a broken shared-memory link heals.</summary>
public sealed class SharedMemoryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<LocalTransport, LocalTransport, bool> Choices => new()
    {
        { LocalTransport.Automatic, LocalTransport.Automatic, true },
        { LocalTransport.Memory, LocalTransport.Automatic, true },
        { LocalTransport.Tcp, LocalTransport.Automatic, false },
        { LocalTransport.Memory, LocalTransport.Tcp, false },
        { LocalTransport.Tcp, LocalTransport.Tcp, false },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public async Task Open_TwoRanksOfOneHost_ShareMemoryIfBothAllowIt(LocalTransport first, LocalTransport second, bool isShared)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await Task.WhenAll(jobs.Select((job, rank) => job.OpenCommunicatorAsync(
            "local", new CommunicatorOptions { LocalTransport = rank == 0 ? first : second })));
        Assert.All(members, member => Assert.Equal([isShared ? MediumCode.Memory : MediumCode.Network], member.Media));
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
        Assert.DoesNotContain(cluster.Logs.Warnings, static warning => warning.Contains("memory", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(LocalTransport.Automatic, LocalTransport.Tcp, MediumCode.Network)]
    [InlineData(LocalTransport.Memory, LocalTransport.Tcp, MediumCode.Memory)]
    [InlineData(LocalTransport.Automatic, LocalTransport.Memory, MediumCode.Memory)]
    internal async Task Open_LocalTransportOfTheCommunicator_OverridesThatOfTheJob(
        LocalTransport ofCommunicator, LocalTransport ofJob, MediumCode medium)
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank =>
        {
            var options = cluster.Options(rank);
            options.LocalTransport = ofJob;
            return Task.Run(() => cluster.JoinAsync(options));
        }));
        var members = await LocalCluster.OpenAllAsync(jobs, "local", () => new CommunicatorOptions { LocalTransport = ofCommunicator });
        Assert.All(members, member => Assert.Equal([medium], member.Media));
    }

    [Fact]
    public async Task Open_OverGrpc_SharesNoMemory()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(
            await cluster.JoinAllAsync(), "grpc", () =>
                new CommunicatorOptions { Transport = TransportKind.Grpc, LocalTransport = LocalTransport.Memory });
        Assert.All(members, member => Assert.Equal([MediumCode.Network], member.Media));
    }

    /// <summary>The ranks appear to share a host, but the socket cannot be reached: the link falls back to TCP and warns once.</summary>
    [Fact]
    public async Task Open_SocketThatCannotBeReached_FallsBackToTcpWithAWarning()
    {
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions { Lanes = 2, LocalTransport = LocalTransport.Memory }, routesMade: routes => routes.Memory!.Dispose());
        Assert.All(pair.Ends, end => Assert.Equal(MediumCode.Network, end.First.Link.Medium));
        Assert.Single(pair.Logs.Warnings, warning => warning.StartsWith("Could not share memory with rank 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Protection.UnsafePlaintext)]
    [InlineData(Protection.Aead)]
    [InlineData(Protection.TlsAndAead)]
    public async Task Run_SocketsOfLanesAreCut_HealsAndResultsAreCorrect(Protection protection)
    {
        const int Cuts = 5;
        var lanes = new List<int>();
        await using var cluster = new LocalCluster(3);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "cut", () => new CommunicatorOptions
        {
            Protection = protection,
            OperationTimeout = Limit,
            Hooks = new LaneHooks { Opened = link => Note(link) },
            LinkKeeping = new LinkKeeperOptions { HealsPerMinute = 100 },
        });
        for (var cut = 0; cut < Cuts; cut++)
        {
            Cut();
            var healed = members.Sum(member => member.Replacements!.Heals);
            for (var began = TimeProvider.System.GetTimestamp(); members.Sum(member => member.Replacements!.Heals) == healed;)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, "The cut was not noticed.");
                await LocalCluster.RunAsync(members, async member =>
                {
                    var values = Enumerable.Range(0, 300_000).Select(i => (long)i * (member.Rank + 1)).ToArray();
                    await member.AllReduceAsync<long>(values, ReduceOp.Sum);
                    Assert.Equal(Enumerable.Range(0, 300_000).Select(i => 6L * i), values);
                });
            }
        }

        void Note(Link link)
        {
            lock (lanes)
            {
                lanes.AddRange(link.Lanes.Select(lane => lane.Lane.Descriptor));
            }
        }

        // Cuts one end of one of the latest links; the kernel notifies the other end.
        void Cut()
        {
            lock (lanes)
            {
                ConnectionCut.Cut(lanes[^1]);
            }
        }
    }
}
