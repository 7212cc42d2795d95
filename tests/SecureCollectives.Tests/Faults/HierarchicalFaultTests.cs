using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Tests.Faults;

/// <summary>
/// A rank dies or stops at a chosen point in the hierarchical ring. Every rank names it, including those that exchange no data with it.
/// </summary>
public sealed class HierarchicalFaultTests
{
    private const int ChunkBytes = 32 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time limit of an operation that cannot complete. A rank that has not done its part by then is rightly blamed too, so this is far
    /// longer than a busy machine needs for the part before the victim stops.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets the places: ranks, ranks per host, victim, whether the fault is on the victim's lane to the next host, and phase.
    /// </summary>
    public static TheoryData<int, int, int, bool, byte> Places => new()
    {
        { 4, 2, 0, false, (byte)FramePhase.ReduceScatter },
        { 4, 2, 3, true, (byte)FramePhase.ReduceScatter },
        { 6, 3, 2, true, (byte)FramePhase.AllGather },
        { 6, 3, 4, false, (byte)FramePhase.AllGather },
        { 6, 2, 5, true, (byte)FramePhase.ReduceScatter },
        { 9, 3, 4, false, (byte)FramePhase.ReduceScatter },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public Task AllReduce_OneRankDies_AllOthersNameIt(int size, int local, int victim, bool between, byte phase) =>
        AssertOthersName(size, local, victim, between, phase, dies: true);

    /// <summary>
    /// Runs all places at the same time, as <see cref="AnyCollective_OneRankNeverCalls_AllOthersNameIt"/> does, because each takes the
    /// whole time limit.
    /// </summary>
    [Fact]
    public Task AllReduce_OneRankStops_AllOthersNameItAfterTheTimeLimit() => Task.WhenAll(Places.Select(place =>
    {
        var (size, local, victim, between, phase) = place.Data;
        return AssertOthersName(size, local, victim, between, phase, dies: false);
    }));

    /// <summary>
    /// In AllReduce, a rank that waits only for the late rank does not learn the culprit from any other rank until fault attribution, when
    /// it reads an abort hidden behind waiting data.
    /// </summary>
    [Fact]
    public Task AnyCollective_OneRankNeverCalls_AllOthersNameIt() => Task.WhenAll(
    [
        .. Enumerable.Range(0, 4).Select(absent => AssertOthersName(4, 2, absent, ReduceAsync)),
        .. Enumerable.Range(0, 6).Select(absent => AssertOthersName(6, 2, absent, ReduceAsync)),
        AssertOthersName(4, 2, 0, GatherAsync),
        AssertOthersName(4, 2, 3, GatherAsync),
        AssertOthersName(6, 3, 0, GatherAsync),
        AssertOthersName(6, 3, 5, GatherAsync),
    ]);

    /// <summary>
    /// Data from a rank on the other host waits for its operand, because another rank has not called yet. This hides that the sender has
    /// given up or died.
    /// </summary>
    [Theory]
    [InlineData(4, 2, false)]
    [InlineData(4, 2, true)]
    [InlineData(6, 3, false)]
    [InlineData(6, 3, true)]
    public async Task AllReduce_OneRankIsLateAndAnotherGivesUp_OthersLearnLongBeforeTheTimeLimit(int size, int local, bool dies)
    {
        const int Quitter = 0;
        var shape = new HierarchicalShape(Quitter, size, local);
        var late = new HierarchicalShape(shape.NextHost, size, local).PreviousLocal;
        var lanes = new List<Lane>();
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = new Attack((_, frame) =>
        {
            if (frame[FrameFormat.KindOffset] == (byte)FrameKind.Data)
            {
                sent.TrySetResult();
            }

            return [frame];
        });
        using var source = new CancellationTokenSource();
        await using var group = MemoryGroup.Create(
            size, chunkBytes: 4096, timeout: TimeSpan.FromMinutes(5), localWorldSize: local, wrap: (rank, peer, _, lane) =>
        {
            if (rank != Quitter)
            {
                return lane;
            }

            lanes.Add(lane);
            return new TamperingLane(lane, 0, peer == shape.NextHost ? watch : new Attack((_, frame) => [frame]));
        });
        var calls = group.Members.Where(member => member.Rank != late)
            .Select(member => member.AllReduceAsync<int>(new int[10_000], ReduceOp.Sum, member.Rank == Quitter ? source.Token : default)
                .AsTask()).ToArray();
        await sent.Task.WaitAsync(Limit);

        if (dies)
        {
            lanes.ForEach(lane => lane.Dispose());
        }
        else
        {
            await source.CancelAsync();
        }

        foreach (var call in calls.Skip(1))
        {
            await AssertNames(call, dies ? CollectiveError.PeerLost : CollectiveError.Cancelled, Quitter);
        }

        await Record.ExceptionAsync(() => calls[Quitter].WaitAsync(Limit));
    }

    [Fact]
    public async Task AllReduce_OneRankMakesAnotherCall_ReportsTheMismatch()
    {
        await using var group = MemoryGroup.Create(6, localWorldSize: 3);
        var calls = group.Members
            .Select(member => member.AllReduceAsync<int>(new int[member.Rank == 4 ? 999 : 1000], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal(CollectiveError.CallMismatch, failure.Error);
            Assert.True(failure.Culprit == 4 || failure.Reporter == 4, failure.Message);
        }
    }

    /// <summary>
    /// Tampers with frames to the next local rank, and with frames to the next host, which may have to wait before they are opened.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AllReduce_FramesTamperedWith_FailsEverywhere(bool between)
    {
        const int Size = 6;
        const int Victim = 1;
        const int Frame = 3;
        const int LastBitOfStep = (8 * FrameFormat.StepOffset) + 31;
        var bitOfPayload = (8 * Suite.Aes256Gcm.TagLength) + 9;
        var shape = new HierarchicalShape(Victim, Size, 3);
        var place = between ? shape.NextHost : shape.NextLocal;
        foreach (var attack in new[]
        {
            Attack.FlipBit(Frame, LastBitOfStep), Attack.FlipBitFromEnd(Frame, 0), Attack.FlipBitFromEnd(Frame, bitOfPayload),
                Attack.Drop(Frame), Attack.Duplicate(Frame), Attack.Swap(Frame),
        })
        {
            await using var group = MemoryGroup.Create(
                Size,
                chunkBytes: 4096,
                suite: SuiteCode.Aes256Gcm,
                localWorldSize: 3,
                wrap: (rank, peer, _, lane) =>
                    rank == Victim && peer == place ? new TamperingLane(lane, Suite.Aes256Gcm.TagLength, attack) : lane);
            var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[100_000], ReduceOp.Sum).AsTask()).ToArray();
            foreach (var call in calls)
            {
                await AssertNames(call, CollectiveError.AuthenticationFailed, Victim);
            }

            Assert.True(attack.Happened);
        }
    }

    private static Task ReduceAsync(Communicator member) => member.AllReduceAsync<int>(new int[10_000], ReduceOp.Sum).AsTask();

    private static Task GatherAsync(Communicator member) => member.AllGatherAsync<int>(new int[1000], new int[member.Size * 1000]).AsTask();

    private static async Task AssertOthersName(int size, int local, int absent, Func<Communicator, Task> call)
    {
        await using var group = MemoryGroup.Create(
            size, chunkBytes: 4096, timeout: Patience, localWorldSize: local, attribution: new MemoryAttribution());
        await group.StartAsync();
        foreach (var waiting in group.Members.Where(member => member.Rank != absent).Select(call).ToArray())
        {
            await AssertNames(waiting, CollectiveError.TimedOut, absent);
        }
    }

    private static async Task AssertOthersName(int size, int local, int victim, bool between, byte phase, bool dies)
    {
        // While a window is gathered, the next one may already be reduced, and ranks that need nothing more from the victim complete both.
        // A third window, which the victim cannot begin before it has gathered the first, keeps all of them from completing the call.
        var inOnlyWindow = phase == (byte)FramePhase.ReduceScatter;
        var length = inOnlyWindow ? 100_000 : (2 * size * RingPartition.SliceBytes / sizeof(int)) + 100_000;
        var shape = new HierarchicalShape(victim, size, local);
        var place = between ? shape.NextHost : shape.NextLocal;
        var mortal = new List<Lane>();
        var started = false;
        var silent = false;
        var sent = 0;
        var end = new Attack((_, frame) => silent ? [] : [frame]);
        var trigger = new Attack((_, frame) =>
        {
            // The fault comes after some chunks of the phase, while its neighbours are processing them.
            if (started && !silent && frame[FrameFormat.KindOffset] == (byte)FrameKind.Data && frame[FrameFormat.PhaseOffset] == phase
                && sent++ == 1)
            {
                silent = true;
                foreach (var lane in dies ? mortal : [])
                {
                    lane.Dispose();
                }
            }

            return silent ? [] : [frame];
        });
        await using var group = MemoryGroup.Create(
            size,
            chunkBytes: ChunkBytes,
            timeout: dies ? Limit : Patience,
            localWorldSize: local,
            attribution: new MemoryAttribution(rank => rank == victim),
            wrap: (rank, peer, _, lane) =>
            {
                if (rank != victim)
                {
                    return lane;
                }

                mortal.Add(lane);
                return new TamperingLane(lane, 0, peer == place ? trigger : end);
            });
        await group.StartAsync();
        started = true;
        var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[length], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var rank in Enumerable.Range(0, size).Where(rank => rank != victim))
        {
            await AssertNames(calls[rank], dies ? CollectiveError.PeerLost : CollectiveError.TimedOut, victim);
        }

        Assert.True(silent, "the victim never reached the chosen place");
        await Record.ExceptionAsync(() => calls[victim].WaitAsync(Limit));
    }

    private static async Task AssertNames(Task call, CollectiveError error, int culprit)
    {
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
        Assert.True(failure.Error == error && failure.Culprit == culprit, failure.Message);
    }
}
