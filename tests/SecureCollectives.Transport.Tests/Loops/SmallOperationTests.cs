using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>
/// Operations whose messages are single frames: how they end, what they keep, and what happens if other ranks use a different algorithm.
/// </summary>
public sealed class SmallOperationTests
{
    private const int Small = 32 * 1024;
    private const int Length = 300;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<int, int> Splits()
    {
        var splits = new TheoryData<int, int>();
        foreach (var size in new[] { 2, 3, 4 })
        {
            for (var mask = 1; mask < (1 << size) - 1; mask++)
            {
                splits.Add(size, mask);
            }
        }

        foreach (var mask in new[] { 1, 3, 0x0F, 0x33, 0x55, 0x81, 0xFE })
        {
            splits.Add(8, mask);
        }

        splits.Add(5, 3);
        splits.Add(7, 0x0C);
        return splits;
    }

    /// <summary>
    /// Some ranks use the ring and others recursive doubling: at first, no two ranks that differ may have a frame for each other.
    /// </summary>
    [Theory]
    [MemberData(nameof(Splits))]
    public async Task Calls_SomeSmallAndSomeLarge_EveryRankLearnsOfTheMismatch(int size, int mask)
    {
        await using var group = MemoryGroup.Create(size, smallBytes: Small);
        var calls = group.Members.Select(member =>
            member.AllReduceAsync<int>(new int[((mask >> member.Rank) & 1) == 0 ? 10 : Small], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal(CollectiveError.CallMismatch, failure.Error);
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(8, 3)]
    public async Task Calls_BarrierHereAndReductionThere_EveryRankLearnsOfTheMismatch(int size, int other)
    {
        await using var group = MemoryGroup.Create(size, smallBytes: Small);
        var calls = group.Members.Select(member => member.Rank == other
            ? member.BarrierAsync().AsTask() : member.AllReduceAsync<int>(new int[Small], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal(CollectiveError.CallMismatch, failure.Error);
        }
    }

    /// <summary>A rank that has its result leaves; the others may still wait for theirs, and must get it.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Dispose_RightAfterTheLastOperation_FailsNobody(int size)
    {
        for (var round = 0; round < 20; round++)
        {
            await using var group = MemoryGroup.Create(size, smallBytes: Small, suite: SuiteCode.Aes256Gcm);
            var sums = Enumerable.Range(0, size).Select(rank => new[] { rank }).ToArray();
            await group.RunAsync(member => member.AllReduceAsync<int>(sums[member.Rank], ReduceOp.Sum).AsTask());
            await group.RunAsync(async member =>
            {
                member.Barrier();
                member.AllReduce<int>(sums[member.Rank], ReduceOp.Max);
                Assert.Equal(size * (size - 1) / 2, sums[member.Rank][0]);
                await member.DisposeAsync();
            });
        }
    }

    /// <summary>
    /// Runs far more operations than the number of messages that a lane keeps, so without acknowledgements it would stall. Few are needed,
    /// and early ones are sent only together with a message.
    /// </summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2000)]
    public async Task Operations_ManyInARow_AreAcknowledgedOccasionally(int size, int elements)
    {
        const int Operations = 1000;
        var messages = 0;
        var acknowledgements = 0;
        await using var group = MemoryGroup.Create(size, smallBytes: Small,
            wrap: (rank, peer, _, lane) => (rank, peer) != (0, 1) ? lane : new TamperingLane(lane, 0, new Attack((_, frame) =>
        {
            messages += frame[FrameFormat.KindOffset] == (byte)FrameKind.Message ? 1 : 0;
            acknowledgements += frame[FrameFormat.KindOffset] == (byte)FrameKind.Acknowledgement ? 1 : 0;
            return [frame];
        })));
        await group.RunAsync(member =>
        {
            var buffer = new int[elements];
            for (var i = 0; i < Operations; i++)
            {
                buffer.AsSpan().Fill(i);
                member.AllReduce<int>(buffer, ReduceOp.Max);
                Assert.Equal(i, buffer[^1]);
            }
        });

        var weight = Operations * (FrameFormat.HeaderLength + OperationDescriptor.Length + (elements * sizeof(int)));
        Assert.Equal(Operations, messages);
        Assert.InRange(acknowledgements, weight / (4 * Small) / 4, (weight / (Small / 2)) + 1);
    }

    public static TheoryData<byte, int> Worlds => new()
    {
        { (byte)SuiteCode.Aes256Gcm, 2 },
        { (byte)SuiteCode.Aes256Gcm, 3 },
        { (byte)SuiteCode.ChaCha20Poly1305, 4 },
        { (byte)SuiteCode.None, 2 },
        { (byte)SuiteCode.None, 3 },
    };

    /// <summary>
    /// Tests every bit between two ranks, and one bit per byte if further ranks must learn of the failure, because it makes no difference
    /// to them which bit it was.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_AnyHeaderBitOfAMessageFlipped_FailsEverywhere(byte suite, int world)
    {
        for (var bit = 0; bit < 8 * FrameFormat.HeaderLength; bit += world == 2 ? 1 : 7)
        {
            // The receiver waits for the rest of a lengthened frame until the time limit; impossible lengths are tested below.
            if (bit / 8 is < FrameFormat.LengthOffset or >= FrameFormat.CounterOffset)
            {
                await AssertRefused((SuiteCode)suite, world, Attack.FlipBit(bit % 2, bit), $"bit {bit}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_MessagesDroppedRepeatedMovedOrCut_FailsEverywhere(byte suite, int world)
    {
        var attacks = new (string Name, Attack Attack)[]
        {
            ("dropped", Attack.Drop(1)),
            ("repeated", Attack.Duplicate(1)),
            ("replayed", Attack.Replay(0, 1, renumbered: false)),
            ("replayed under the next number", Attack.Replay(0, 1, renumbered: true)),
            ("relabelled to a later operation", Attack.Relabel(1, 2)),
            ("relabelled to an earlier operation", Attack.Relabel(1, 0)),
            ("longer than any message", Attack.Declare(1, Small + OperationDescriptor.Length + 1)),
            ("without its descriptor", Attack.Declare(1, OperationDescriptor.Length - 1)),
            ("without its data", Attack.Declare(1, OperationDescriptor.Length)),
        };
        // In a world of 3, rank 0 is not in the core: without the result it sends nothing from which the gap could be detected.
        foreach (var (name, attack) in attacks.Skip(world == 3 ? 1 : 0))
        {
            await AssertRefused((SuiteCode)suite, world, attack, name);
        }
    }

    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm, 2)]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305, 3)]
    public async Task AllReduce_PayloadOrTagBitOfAMessageFlipped_FailsEverywhere(byte suite, int world)
    {
        for (var bit = 0; bit < 8 * (TagLength.Of((SuiteCode)suite) + OperationDescriptor.Length + (Length * sizeof(int))); bit += 97)
        {
            await AssertRefused((SuiteCode)suite, world, Attack.FlipBitFromEnd(1, bit), $"bit {bit} from its end");
        }
    }

    private static async Task AssertRefused(SuiteCode suite, int world, Attack attack, string name)
    {
        await using var group = MemoryGroup.Create(
            world,
            suite: suite,
            smallBytes: Small,
            laneCapacity: 1 << 20,
            wrap: (rank, peer, _, inner) => (rank, peer) == (0, 1) ? new TamperingLane(inner, TagLength.Of(suite), attack) : inner);
        var failures = await RepeatedAllReduce.RunAsync(group, operations: 4, Length);

        Assert.True(attack.Happened, $"{name}: the attack did not take place");
        Assert.All(failures, failure => Assert.True(
            failure is { Culprit: 0, Reporter: 1, Error: CollectiveError.AuthenticationFailed },
                $"{name}: {failure?.Message ?? "a rank saw no failure"}"));
    }
}
