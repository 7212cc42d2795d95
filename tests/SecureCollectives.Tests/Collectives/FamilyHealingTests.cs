using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Connections are cut at random bytes during every collective, and some links are absent at first: every result is correct.
/// </summary>
public sealed class FamilyHealingTests
{
    private static readonly int[] Lengths = [3001, 100, 0];

    /// <summary>Gets the worlds: ranks, lanes, and the largest operation, in bytes, that is sent as messages.</summary>
    public static TheoryData<int, int, int> Worlds => new()
    {
        { 2, 1, 0 },
        { 3, 2, 4096 },
        { 5, 1, 0 },
        { 6, 2, 16_384 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Collectives_ConnectionsCutAtRandom_ResultsAreCorrect(int size, int lanes, int smallBytes)
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
                    return cuts > 100
                        ? lane : new CuttingLane(
                            lane, random.NextInt64(1, random.Next(2) == 0 ? 3000 : 60_000), () => Interlocked.Increment(ref cuts));
                }
            }
        }
    }

    /// <summary>A rank that is late to an operation does not close the link that its peer has opened for it.</summary>
    [Fact]
    public async Task Link_OpenedByThePeer_IsNotIdleYet()
    {
        const int Size = 6;
        var keeper = new MemoryLinkKeeper();
        await using var group = MemoryGroup.Create(Size, keeper: keeper);
        var early = group.Members[0].AllToAllAsync<int>(new int[Size * 1000]);
        var owner = keeper.Owner(3);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (keeper.Replaced < Size - 1 - SecureCollectives.Collectives.Neighbours.Of(0, Size).Length)
        {
            await Task.Delay(1, limit.Token);
        }

        Assert.False(await owner.ReleaseAsync(0, TimeSpan.FromMinutes(5), limit.Token));
        await Task.WhenAll([early.AsTask(),
            .. group.Members.Skip(1).Select(member => member.AllToAllAsync<int>(new int[Size * 1000]).AsTask())]);
        Assert.Equal(0, keeper.Ends.Count(static end => end.IsBreakage));
    }
}
