using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Tests.Faults;

/// <summary>
/// The attacks that a malicious member can make unnoticed. AEAD protects data between neighbours, but a neighbour forwards data from
/// others. These tests show limits, not defences; "What members can do to each other" in SECURITY.md describes them.
/// </summary>
public sealed class MemberTests
{
    private const int Size = 4;
    private const int Evil = 1;
    private const int Elements = 40_000;
    private const int ChunkBytes = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>At step 1 rank 1 forwards the shard of rank 0. Ranks 2 and 3 receive it through rank 1, ranks 0 and 1 do not.</summary>
    [Fact]
    public async Task AllGather_NeighbourReplacesForwardedShard_DownstreamTakesIt()
    {
        await using var group = Create(header => header is { Step: 1, Chunk: 0 });
        var results = new int[Size][];
        await group.RunAsync(async member =>
        {
            results[member.Rank] = new int[Size * Elements];
            await member.AllGatherAsync<int>(Enumerable.Repeat(member.Rank + 10, Elements).ToArray(), results[member.Rank]);
        });

        Assert.Equal([10, 10, 10 ^ 1, 10 ^ 1], results.Select(result => result[0]));
        Assert.All(results, result => Assert.Equal([10, 11, 12, 13], result.Skip(1).Where((_, at) => at % Elements == 1)));
    }

    /// <summary>Rank 1 forwards a finished sum: its successors accept the altered sum, while its predecessors have the right one.</summary>
    [Fact]
    public async Task AllReduce_NeighbourReplacesFinishedShard_DownstreamTakesIt()
    {
        // The second hop of the AllGather phase: on the first, rank 1 sends the shard that it has finished itself.
        await using var group = Create(header => header is { Phase: FramePhase.AllGather, Step: Size, Chunk: 0 });
        var results = new int[Size][];
        await group.RunAsync(async member =>
        {
            results[member.Rank] = Enumerable.Repeat(member.Rank + 10, Elements).ToArray();
            await member.AllReduceAsync<int>(results[member.Rank], ReduceOp.Sum);
        });

        const int Sum = 10 + 11 + 12 + 13;
        Assert.Equal([0, 0, 1, 1], results.Select(result => result.Count(element => element != Sum)));
        Assert.Equal(results[2], results[3]);
    }

    /// <summary>The partial sums of block 3 travel from rank 0 through ranks 1 and 2 to rank 3.</summary>
    [Fact]
    public async Task ReduceScatter_AroundTheRing_NeighbourReplacesPartialSums()
    {
        await using var group = Create(header => header is { Phase: FramePhase.ReduceScatter, Step: 1, Chunk: 0 }, localWorldSize: 2);
        var results = new int[Size][];
        await group.RunAsync(async member =>
        {
            results[member.Rank] = new int[Elements];
            await member.ReduceScatterAsync<int>(
                Enumerable.Repeat(member.Rank + 10, Size * Elements).ToArray(), results[member.Rank], ReduceOp.Sum);
        });

        const int Sum = 10 + 11 + 12 + 13;
        Assert.Equal([0, 0, 0, 1], results.Select(result => result.Count(element => element != Sum)));
    }

    /// <summary>
    /// Rank 1 impersonates rank 0 on its own link to that rank, and tells rank 3 that both have arrived. Rank 3 leaves the barrier although
    /// rank 0 never arrived; rank 2, which hears from rank 0 directly, waits.
    /// </summary>
    [Fact]
    public async Task Barrier_MemberClaimsThatAnotherArrived_IsReleasedEarly()
    {
        var links = new List<(int Rank, Link Link)>();
        foreach (var (first, second) in new[] { (0, 2), (2, 3), (1, 3) })
        {
            links.AddRange(Connect(first, second));
        }

        // The impostor is linked only with rank 1. All other links of rank 0 and of the impostor lead nowhere.
        (int Rank, Link Link)[] played = [.. Connect(0, Evil)];
        links.Add(played[1]);
        links.Add(Connect(0, Evil)[0]);
        Communicator[] members = [.. Enumerable.Range(0, Size)
            .Select(rank => Member(rank, [.. links.Where(link => link.Rank == rank).Select(link => link.Link)]))];
        await using var impostor = Member(0, [played[0].Link, Connect(0, 2)[0].Link]);

        var waits = impostor.BarrierAsync().AsTask();
        var barriers = members.Skip(1).Select(member => member.BarrierAsync().AsTask()).ToArray();
        await barriers[Evil - 1].WaitAsync(Limit);
        await barriers[3 - 1].WaitAsync(Limit);

        Assert.False(barriers[2 - 1].IsCompleted);
        await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask())).WaitAsync(Limit);
        await Assert.ThrowsAsync<CollectiveException>(() => barriers[2 - 1].WaitAsync(Limit));
        Assert.False(waits.IsCompletedSuccessfully);
    }

    private static MemoryGroup Create(Predicate<FrameHeader> alters, int localWorldSize = 1) => MemoryGroup.Create(
        Size, chunkBytes: ChunkBytes, suite: SuiteCode.Aes256Gcm, localWorldSize: localWorldSize, mesh: localWorldSize > 1,
            seal: (rank, sealer) => rank == Evil ? new AlteringSealer(sealer, alters) : sealer);

    private static (int Rank, Link Link)[] Connect(int first, int second)
    {
        using var keys = LinkPair.Create(SuiteCode.Aes256Gcm, first, second, lanes: 1);
        var lanes = MemoryLane.CreatePair(ChunkBytes);
        return
        [
            (first, new Link(second, [new LinkLane(lanes.First, keys.Initiator.CreateSealer(0), keys.Initiator.CreateOpener(0))])),
            (second, new Link(first, [new LinkLane(lanes.Second, keys.Responder.CreateSealer(0), keys.Responder.CreateOpener(0))])),
        ];
    }

    private static Communicator Member(int rank, Link[] links) => new(
        "members", rank, Size, new ScheduleCache(rank, Size, ChunkBytes, 0), Limit,
            new ChannelSet([new Loop($"member {rank}", rank, Size, 1, links, new LoopOptions(ChunkBytes, 0))]));
}
