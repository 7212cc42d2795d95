using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>
/// Connections are cut, and frames are altered, in the middle of operations. Each time the link heals, and every result is the same as
/// without the fault.
/// </summary>
public sealed class HealingTests
{
    private const int ChunkBytes = 4096;
    private const int Operations = 6;
    private const int SmallBytes = 512;

    public static TheoryData<byte, int, int, bool> Worlds => new()
    {
        { (byte)SuiteCode.None, 2, 1, false },
        { (byte)SuiteCode.Aes256Gcm, 2, 2, false },
        { (byte)SuiteCode.Aes256Gcm, 3, 1, true },
        { (byte)SuiteCode.Aes256Gcm, 4, 2, false },
        { (byte)SuiteCode.None, 4, 1, true },
    };

    /// <summary>Each lane of a rank breaks again and again, at byte offsets that a seed determines.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Operations_ConnectionsCutAtRandom_ResultsAreWhole(byte suite, int size, int lanes, bool tcp)
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            var random = new Random(seed);
            var cuts = 0;
            var keeper = new MemoryLinkKeeper();
            await using var group = MemoryGroup.Create(
                size,
                lanes,
                ChunkBytes,
                laneCapacity: 16 * 1024,
                suite: (SuiteCode)suite,
                connect: tcp ? () => LoopbackLanes.CreatePair() : null,
                smallBytes: SmallBytes,
                keeper: keeper,
                wrap: (rank, peer, _, lane) => rank % 2 == seed % 2 ? Cut(lane) : lane);
            await CheckedOperations.RunAsync(group, Operations);
            Assert.True(cuts > 0 && keeper.Replaced > 0, $"seed {seed}: nothing was cut");

            // Mostly within the first few thousand bytes of a link, where descriptors, messages and acknowledgements are; never before the
            // first byte.
            Lane Cut(Lane lane)
            {
                lock (random)
                {
                    return cuts > 40
                        ? lane : new CuttingLane(
                            lane, random.NextInt64(1, random.Next(2) == 0 ? 3000 : 60_000), () => Interlocked.Increment(ref cuts));
                }
            }
        }
    }

    /// <summary>Altered, repeated or dropped frames are first refused, then healed.</summary>
    [Theory]
    [InlineData("altered")]
    [InlineData("repeated")]
    [InlineData("dropped")]
    public async Task Operations_FrameAttacked_IsRefusedAndHealed(string name)
    {
        var attacks = 0;
        var keeper = new MemoryLinkKeeper();
        await using var group = MemoryGroup.Create(
            2,
            1,
            ChunkBytes,
            suite: SuiteCode.Aes256Gcm,
            smallBytes: SmallBytes,
            keeper: keeper,
            wrap: (rank, _, _, lane) =>
                rank == 0 && attacks++ < 5 ? new TamperingLane(lane, TagLength.Of(SuiteCode.Aes256Gcm), AttackOn(3 * attacks)) : lane);
        await CheckedOperations.RunAsync(group, Operations);

        Assert.Equal(5, keeper.Replaced);
        Assert.Contains(keeper.Ends, end => end.Cause == LinkCauseCode.AuthenticationFailed);

        Attack AttackOn(int frame) => name switch
        {
            "altered" => Attack.FlipBitFromEnd(frame, 3),
            "repeated" => Attack.Duplicate(frame),
            _ => DropOneFrom(frame),
        };

        // Drop a frame that is followed by more of its operation, no matter what the peer has already sent. Otherwise the loss would be
        // noticed only at the deadline.
        static Attack DropOneFrom(int frame)
        {
            var isOver = false;
            return new Attack((number, bytes) =>
            {
                var drops = !isOver && number >= frame && bytes[FrameFormat.KindOffset] == (byte)FrameKind.Data
                    && bytes[FrameFormat.PhaseOffset] == (byte)FramePhase.ReduceScatter;
                isOver |= drops;
                return drops ? [] : [bytes];
            });
        }
    }
}
