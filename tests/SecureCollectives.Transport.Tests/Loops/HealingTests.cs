using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Connections that are cut, and frames that are altered, in the midst of operations: each is healed, and every result is what it would have been.</summary>
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

    /// <summary>Each lane of a rank breaks again and again, at byte offsets that a seed decides.</summary>
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
            await RunAsync(group);
            Assert.True(cuts > 0 && keeper.Replaced > 0, $"seed {seed}: nothing was cut");

            // Mostly in the first few thousand bytes of a link, where descriptors, messages and acknowledgements are; never before the first byte.
            Lane Cut(Lane lane)
            {
                lock (random)
                {
                    return cuts > 40 ? lane : new CuttingLane(lane, random.NextInt64(1, random.Next(2) == 0 ? 3000 : 60_000), () => Interlocked.Increment(ref cuts));
                }
            }
        }
    }

    /// <summary>Altered, repeated, dropped: refused first, then healed.</summary>
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
            wrap: (rank, _, _, lane) => rank == 0 && attacks++ < 5 ? new TamperingLane(lane, TagLength.Of(SuiteCode.Aes256Gcm), AttackOn(3 * attacks)) : lane);
        await RunAsync(group);

        Assert.Equal(5, keeper.Replaced);
        Assert.Contains(keeper.Ends, end => end.Cause == LinkCauseCode.AuthenticationFailed);

        Attack AttackOn(int frame) => name switch
        {
            "altered" => Attack.FlipBitFromEnd(frame, 3),
            "repeated" => Attack.Duplicate(frame),
            _ => Attack.Drop(frame),
        };
    }

    /// <summary>Large and small operations in turn, on every rank; each result is checked.</summary>
    private static Task RunAsync(MemoryGroup group) => group.RunAsync(async member =>
    {
        var size = member.Size;
        for (var i = 0; i < Operations; i++)
        {
            var large = Enumerable.Range(0, 10_000).Select(n => (member.Rank + 1) * (n + i)).ToArray();
            await member.AllReduceAsync<int>(large, ReduceOp.Sum);
            Assert.Equal(Enumerable.Range(0, large.Length).Select(n => (n + i) * size * (size + 1) / 2), large);

            var small = Enumerable.Range(0, 50).Select(n => (member.Rank + 1) * (n + i)).ToArray();
            await member.AllReduceAsync<int>(small, ReduceOp.Sum);
            Assert.Equal(Enumerable.Range(0, small.Length).Select(n => (n + i) * size * (size + 1) / 2), small);

            var all = new int[size * 2000];
            await member.AllGatherAsync<int>(Enumerable.Range(0, 2000).Select(n => (member.Rank * 100_000) + n + i).ToArray(), all);
            Assert.Equal(Enumerable.Range(0, size).SelectMany(rank => Enumerable.Range(0, 2000).Select(n => (rank * 100_000) + n + i)), all);
            await member.BarrierAsync();
        }
    });
}
