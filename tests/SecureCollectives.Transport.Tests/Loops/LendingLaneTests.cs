using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>
/// Lanes that lend memory: frames are sealed and opened directly in it, if the engine may be given such memory.
/// </summary>
public sealed class LendingLaneTests
{
    private const int ChunkBytes = 4096;
    private const int SmallBytes = 512;
    private const int TagBytes = 16;
    private const int Rounds = 3;

    /// <summary>A suite with a single-pass engine.</summary>
    private static readonly Suite Lendable = new((SuiteCode)200, 32, 12, TagBytes);

    /// <summary>Covers lanes with room for only one frame of maximum length, which blocks the next, and lanes with room for many.</summary>
    public static TheoryData<bool, int, int, int> Worlds => new()
    {
        { false, 2, 1, 32 + ChunkBytes + TagBytes },
        { true, 2, 2, 32 + ChunkBytes + TagBytes },
        { true, 3, 1, 64 * 1024 },
        { false, 4, 2, 64 * 1024 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Operations_LanesThatLend_CopyNothing(bool isSealed, int size, int lanes, int capacity)
    {
        var traffic = new RingTraffic();
        await using var group = Create(size, lanes, traffic, () => RingLane.CreatePair(capacity, traffic), isSealed ? Lendable : null);

        await CheckedOperations.RunAsync(group, Rounds);

        Assert.Equal(0, traffic.CopiedBytes);
        Assert.InRange(traffic.CommittedBytes, size * 4 * 10_000, long.MaxValue);
        Assert.InRange(traffic.ReleasedBytes, size * 4 * 10_000, traffic.CommittedBytes);
    }

    /// <summary>
    /// OpenSSL reads back the bytes that it has sealed. It therefore seals into its own buffer, which the lane copies, and opens a copy in
    /// scratch memory.
    /// </summary>
    [Fact]
    public async Task Operations_EngineThatIsNotSinglePass_NeverWritesToLentMemory()
    {
        var traffic = new RingTraffic();
        await using var group = Create(3, 1, traffic, () => RingLane.CreatePair(64 * 1024, traffic), null, SuiteCode.ChaCha20Poly1305);

        await CheckedOperations.RunAsync(group, Rounds);

        Assert.Equal(0, traffic.CommittedBytes);
        Assert.InRange(traffic.ReleasedBytes, 3 * 4 * 10_000, traffic.CopiedBytes);
    }

    /// <summary>Frames too long to be lent in one piece are copied.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Operations_FramesLongerThanALoan_AreCopied(bool isSealed)
    {
        var traffic = new RingTraffic();
        await using var group = Create(2, 1, traffic, () => RingLane.CreatePair(1000, traffic), isSealed ? Lendable : null);

        await CheckedOperations.RunAsync(group, Rounds);

        Assert.Equal(0, traffic.CommittedBytes);
        Assert.InRange(traffic.CopiedBytes, 2 * 4 * 10_000, long.MaxValue);
    }

    [Theory]
    [InlineData(true, 2, 2)]
    [InlineData(false, 2, 1)]
    [InlineData(true, 4, 1)]
    public async Task Operations_ConnectionsCutAtRandom_ResultsAreWhole(bool isSealed, int size, int lanes)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            var random = new Random(seed);
            var traffic = new RingTraffic();
            var keeper = new MemoryLinkKeeper();
            await using var group = Create(size, lanes, traffic, Connect, isSealed ? Lendable : null, keeper: keeper);

            await CheckedOperations.RunAsync(group, Rounds);

            Assert.True(traffic.Cuts > 0 && keeper.Replaced > 0, $"seed {seed}: nothing was cut");
            Assert.Equal(0, traffic.CopiedBytes);

            (RingLane, RingLane) Connect()
            {
                lock (random)
                {
                    return RingLane.CreatePair(
                        16 * 1024, traffic, traffic.Cuts > 40 ? long.MaxValue : random.NextInt64(1, random.Next(2) == 0 ? 3000 : 60_000));
                }
            }
        }
    }

    /// <summary>If a peer does not read, there is no room for another chunk, but there is for the abort.</summary>
    [Fact]
    public async Task Abort_NoRoomForAChunk_IsSent()
    {
        var traffic = new RingTraffic();
        await using var group = Create(2, 1, traffic, () => RingLane.CreatePair(32 + ChunkBytes + TagBytes, traffic), null);
        using var cancelled = new CancellationTokenSource();
        var started = group.Members[0].AllReduceAsync<int>(new int[100_000], ReduceOp.Sum, cancelled.Token).AsTask();
        Assert.True(SpinWait.SpinUntil(() => traffic.CommittedBytes > 0, TimeSpan.FromSeconds(60)));

        await cancelled.CancelAsync();
        var other = group.Members[1].AllReduceAsync<int>(new int[100_000], ReduceOp.Sum).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => started);
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => other);

        Assert.Equal((CollectiveError.Cancelled, 0), (failure.Error, failure.Culprit));
    }

    /// <summary>The connection ends between the check for room and the frame, which is lost with it.</summary>
    [Fact]
    public void Add_ConnectionEndsAfterTheCheckForRoom_IsBroken()
    {
        var (first, second) = RingLane.CreatePair(64 * 1024, new RingTraffic());
        using var sealer = new PlaintextSealer();
        var sender = new LaneSender(first, sealer, new LoopOptions(ChunkBytes, SmallBytes));
        Assert.True(sender.CanTakeFrame);
        second.Dispose();

        sender.AddAcknowledgement(new Acknowledgement(1));

        Assert.True(sender.IsPending);
        Assert.Equal(LaneOutcome.Broken, sender.Flush(new RetainedMessages(ChunkBytes, ChunkBytes), default));
        Assert.False(sender.CanTakeFrame);
    }

    private static MemoryGroup Create(
        int size,
        int lanes,
        RingTraffic traffic,
        Func<(RingLane First, RingLane Second)> connect,
        Suite? hashSuite,
        SuiteCode suite = SuiteCode.None,
        MemoryLinkKeeper? keeper = null) => MemoryGroup.Create(
        size,
        lanes,
        ChunkBytes,
        suite: suite,
        hashSuite: hashSuite,
        smallBytes: SmallBytes,
        keeper: keeper,
        connect: () => connect() is var (first, second) ? ((Lane)first, (Lane)second) : default);
}
