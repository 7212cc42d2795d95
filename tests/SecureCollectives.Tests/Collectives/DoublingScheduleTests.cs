using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The schedules of recursive doubling as pure arithmetic: no loop, no lanes, no data.</summary>
public sealed class DoublingScheduleTests
{
    private const int Bytes = 24;

    private static readonly string[] Collectives = ["allreduce", "allgather", "barrier"];

    public static TheoryData<string, int> Worlds()
    {
        var worlds = new TheoryData<string, int>();
        foreach (var collective in Collectives)
        {
            foreach (var world in Enumerable.Range(2, 16).Concat([31, 32, 33, 100, 1000]))
            {
                worlds.Add(collective, world);
            }
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Sends_OfEveryRank_AreTheReceivesOfTheirPeers(string collective, int world)
    {
        var schedules = Enumerable.Range(0, world).Select(rank => Create(collective, rank, world)).ToArray();
        foreach (var (rank, schedule) in schedules.Index())
        {
            Assert.Equal(schedule.Sends.Length, schedule.Receives.Length);
            for (var flow = 0; flow < schedule.Sends.Length; flow++)
            {
                var peer = schedules[schedule.Sends[flow].Peer];
                var send = schedule.GetSend(flow, 0);
                var receive = peer.GetReceive(FlowWith(peer.Receives, rank), 0);
                Assert.Equal(1, schedule.Sends[flow].Count);
                Assert.Equal((send.Kind, send.Phase, send.Step, send.Chunk), (receive.Kind, receive.Phase, receive.Step, receive.Chunk));
                Assert.Equal(send.Source.Length, receive.Target.Length);
                Assert.Equal(FrameKind.Message, send.Kind);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Peers_OfEveryRank_AreFewAndHaveALink(string collective, int world)
    {
        for (var rank = 0; rank < world; rank++)
        {
            var links = Neighbours.Of(rank, world);
            var schedule = Create(collective, rank, world);
            Assert.InRange(links.Length, 1, int.Log2(world) + 3);
            Assert.Equal(links.Distinct(), links);
            foreach (var flow in schedule.Sends)
            {
                Assert.Contains(flow.Peer, links);
                Assert.Contains(rank, Neighbours.Of(flow.Peer, world));
            }
        }
    }

    /// <summary>
    /// Runs all ranks by hand, message by message. Every rank's result must contain each rank's contribution exactly once.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(16)]
    [InlineData(100)]
    public void AllReduce_RunStepByStep_CombinesEveryRankOnce(int world)
    {
        var held = Enumerable.Range(0, world).Select(rank => new List<int> { rank }).ToArray();
        var schedules = Enumerable.Range(0, world).Select(rank => Create("allreduce", rank, world)).ToArray();
        for (uint step = 0; step <= int.Log2(world) + 1; step++)
        {
            var sent = held.Select(ranks => ranks.ToArray()).ToArray();
            foreach (var (rank, schedule) in schedules.Index())
            {
                for (var flow = 0; flow < schedule.Receives.Length; flow++)
                {
                    var receive = schedule.GetReceive(flow, 0);
                    if (receive.Step == step)
                    {
                        held[rank] = receive.Action == ReceiveAction.Copy ? [] : held[rank];
                        held[rank].AddRange(sent[schedule.Receives[flow].Peer]);
                    }
                }
            }
        }

        Assert.All(held, ranks => Assert.Equal(Enumerable.Range(0, world), ranks.Order()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(100)]
    public void AllGather_SendsOfEveryStep_HoldWhatCameBefore(int world)
    {
        for (var rank = 0; rank < world; rank++)
        {
            var schedule = Create("allgather", rank, world);
            var held = new HashSet<int> { rank };
            foreach (var step in Enumerable.Range(0, int.Log2(world) + 2))
            {
                for (var flow = 0; flow < schedule.Sends.Length; flow++)
                {
                    var send = schedule.GetSend(flow, 0);
                    Assert.True(send.Step != step || Shards(send.Source).All(held.Contains));
                }

                for (var flow = 0; flow < schedule.Receives.Length; flow++)
                {
                    var receive = schedule.GetReceive(flow, 0);
                    held.UnionWith(receive.Step == step ? Shards(receive.Target) : []);
                }
            }

            Assert.Equal(Enumerable.Range(0, world), held.Order());
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Sends_OfEveryStep_FollowTheReceiveBeforeAndGoBeforeTheirOwn(string collective, int world)
    {
        for (var rank = 0; rank < world; rank++)
        {
            var schedule = Create(collective, rank, world);
            for (var flow = 0; flow < schedule.Sends.Length; flow++)
            {
                var send = schedule.GetSend(flow, 0);
                var before = Enumerable.Range(0, schedule.Receives.Length).Where(other => schedule.GetReceive(other, 0).Step < send.Step)
                    .ToArray();
                Assert.Equal(before.Length == 0 ? -1 : before.MaxBy(other => schedule.GetReceive(other, 0).Step), send.AfterFlow);

                // A step's receive may overwrite the data that it sends, so the send must come first.
                var same = FlowWith(schedule.Receives, schedule.Sends[flow].Peer);
                Assert.True(schedule.GetReceive(same, 0).Step != send.Step || schedule.GetReceive(same, 0).AfterSend == 0);
            }
        }
    }

    [Fact]
    public void Schedules_WorldOfOne_SendNothingAndCopy()
    {
        Assert.Equal(0, Create("barrier", 0, 1).Sends.Length);
        Assert.Equal(new LocalCopy(0, 0, Bytes), Create("allreduce", 0, 1).Local);
        Assert.Equal(new LocalCopy(0, 0, Bytes), Create("allgather", 0, 1).Local);
        Assert.Empty(Neighbours.Of(0, 1));
    }

    [Theory]
    [InlineData(8192, 32768, true)]
    [InlineData(8193, 32768, false)]
    [InlineData(0, 0, false)]
    public void Cache_LengthsAroundTheLimit_ChooseTheAlgorithm(long count, int smallBytes, bool small)
    {
        var cache = new ScheduleCache(1, 4, 4096, smallBytes);
        var schedule = cache.AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Sum, count)[0];

        Assert.Equal(small ? AlgorithmCode.RecursiveDoubling : AlgorithmCode.Ring, schedule.Descriptor.Algorithm);
        Assert.Same(schedule, cache.AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Sum, count)[0]);
        Assert.NotSame(schedule, cache.AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Max, count)[0]);
        Assert.Equal(small, cache.AllGather(ElementCode.Float32, sizeof(float), (count + 3) / 4)[0].SentSpans == SentSpans.AreOverwritten);
    }

    [Theory]
    [InlineData(8, 2, true)]
    [InlineData(8, 1, false)]
    [InlineData(8, 8, false)]
    public void Cache_RanksOfAHost_ChooseTheRing(int world, int local, bool hierarchicals)
    {
        var cache = new ScheduleCache(1, world, 4096, 64, local);
        var algorithm = hierarchicals ? AlgorithmCode.HierarchicalRing : AlgorithmCode.Ring;
        Assert.Equal(algorithm, cache.AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Sum, 17)[0].Descriptor.Algorithm);
        Assert.Equal(algorithm, cache.AllGather(ElementCode.Float32, sizeof(float), 17)[0].Descriptor.Algorithm);
        Assert.Equal(AlgorithmCode.RecursiveDoubling,
            cache.AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Sum, 16)[0].Descriptor.Algorithm);
        Assert.Equal(AlgorithmCode.RecursiveDoubling, cache.Barrier()[0].Descriptor.Algorithm);
    }

    private static IEnumerable<int> Shards(Region region) => Enumerable.Range((int)region.Offset / Bytes, region.Length / Bytes);

    private static int FlowWith(ReadOnlySpan<Flow> flows, int peer)
    {
        for (var i = 0; i < flows.Length; i++)
        {
            if (flows[i].Peer == peer)
            {
                return i;
            }
        }

        return -1;
    }

    private static Schedule Create(string collective, int rank, int world) => collective switch
    {
        "allreduce" => new DoublingAllReduce(rank, world, default, Bytes),
        "allgather" => new DoublingAllGather(rank, world, default, Bytes),
        _ => new DoublingBarrier(rank, world, default),
    };
}
