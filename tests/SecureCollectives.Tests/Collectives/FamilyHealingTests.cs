using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Connections that are cut at random bytes in the midst of every collective, and links that are absent at first: each result is what it would have been.</summary>
public sealed class FamilyHealingTests
{
    private static readonly int[] Lengths = [3001, 100, 0];

    /// <summary>(ranks, lanes, bytes of an operation that goes by messages)</summary>
    public static TheoryData<int, int, int> Worlds => new()
    {
        { 2, 1, 0 },
        { 3, 2, 4096 },
        { 5, 1, 0 },
        { 6, 2, 16_384 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Collectives_ConnectionsCutAtRandom_ResultsAreWhole(int size, int lanes, int smallBytes)
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            var random = new Random(seed);
            var cuts = 0;
            var keeper = new MemoryLinkKeeper();
            await using var group = MemoryGroup.Create(
                size,
                lanes,
                chunkBytes: 4096,
                suite: seed % 2 == 0 ? SuiteCode.None : SuiteCode.Aes256Gcm,
                smallBytes: smallBytes,
                keeper: keeper,
                wrap: (rank, _, _, lane) => rank % 2 == seed % 2 ? Cut(lane) : lane);
            await group.RunAsync(async member =>
            {
                foreach (var length in Lengths)
                {
                    await FamilyCalls.AssertAsync(member, length, Enumerable.Range(0, size));
                }
            });
            Assert.True(cuts > 10 && keeper.Replaced > 10, $"seed {seed}: {cuts} cuts");

            Lane Cut(Lane lane)
            {
                lock (random)
                {
                    return cuts > 100 ? lane : new CuttingLane(lane, random.NextInt64(1, random.Next(2) == 0 ? 3000 : 60_000), () => Interlocked.Increment(ref cuts));
                }
            }
        }
    }
}
