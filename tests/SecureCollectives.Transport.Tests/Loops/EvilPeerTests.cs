using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>
/// An attacker on the wire between rank 0 and rank 1 while all ranks call AllReduce repeatedly. All ranks fail with the same error, and no
/// rank ever returns a wrong result.
/// </summary>
public sealed class EvilPeerTests
{
    /// <summary>
    /// In a world of 2, an operation is 6 frames on each lane: descriptor, 4 chunks and the acknowledgement, in an order that depends on
    /// the peer.
    /// </summary>
    private const int Length = 3000;

    private const int ChunkBytes = 4096;
    private const int Operations = 4;
    private const int Descriptor = 0;
    private const int Data = 1;
    private const int NextOperation = 6;

    /// <summary>In larger worlds the acknowledgement goes to a different rank than the data.</summary>
    private const int NextOperationInLargerWorlds = 5;

    /// <summary>Every suite that this machine supports.</summary>
    public static TheoryData<byte, int> Worlds =>
        [.. LocalSuites.Installed.Usable.SelectMany(static suite => new (byte, int)[] { ((byte)suite, 2), ((byte)suite, 3) })];

    public static TheoryData<byte, int, string, bool> Attacks()
    {
        var cases = new TheoryData<byte, int, string, bool>();
        foreach (var (suite, world) in Worlds.Select(row => row.Data))
        {
            foreach (var name in Named().Keys)
            {
                cases.Add(suite, world, name, false);
                cases.Add(suite, world, name, true);
            }
        }

        return cases;
    }

    /// <summary>
    /// Tests every bit between two ranks, and one bit per byte if further ranks must learn of the failure, because it makes no difference
    /// to them which bit it was.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    [InlineData((byte)SuiteCode.None, 2)]
    [InlineData((byte)SuiteCode.None, 3)]
    public async Task AllReduce_AnyHeaderBitFlipped_FailsEverywhere(byte suite, int world)
    {
        for (var bit = 0; bit < 8 * FrameFormat.HeaderLength; bit += world == 2 ? 1 : 7)
        {
            await AssertRefused((SuiteCode)suite, world, Attack.FlipBit(Data, bit), $"data bit {bit}");
            if (world == 2)
            {
                await AssertRefused((SuiteCode)suite, world, Attack.FlipBit(Descriptor, bit), $"descriptor bit {bit}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_PayloadOrTagBitFlipped_FailsEverywhere(byte suite, int world)
    {
        foreach (var frame in new[] { Descriptor, Data, NextOperation + 1 })
        {
            for (var bit = 0; bit < 8 * (TagLength.Of((SuiteCode)suite) + OperationDescriptor.Length); bit += 5)
            {
                await AssertRefused((SuiteCode)suite, world, Attack.FlipBitFromEnd(frame, bit), $"frame {frame}, bit {bit} from its end");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public Task AllReduce_FramesDroppedRepeatedOrMoved_FailsEverywhere(byte suite, int world, string name, bool tcp) =>
        AssertRefused((SuiteCode)suite, world, Named()[name](), name, tcp);

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_StreamTruncated_NamesTheLostPeer(byte suite, int world)
    {
        foreach (var frame in new[] { Descriptor, Data, NextOperation })
        {
            foreach (var kept in new[] { 0, 1, FrameFormat.HeaderLength - 1, FrameFormat.HeaderLength, FrameFormat.HeaderLength + 1,
                int.MaxValue })
            {
                await AssertEnds((SuiteCode)suite, world, Attack.Truncate(frame, kept), CollectiveError.PeerLost,
                    $"frame {frame} to {kept} bytes", tcp: kept % 2 == 1);
            }
        }
    }

    /// <summary>
    /// Only the time limit distinguishes silence from slowness. The attack starts after a first operation, so that all ranks are running,
    /// and leaves time for a rank that is delayed: until rank 1 reports, rank 0 can only blame rank 1. All worlds run at the same time,
    /// because each waits for seconds.
    /// </summary>
    [Fact]
    public Task AllReduce_EverythingSwallowed_TimesOut() => Task.WhenAll(Worlds.Select(row =>
    {
        var (suite, world) = row.Data;
        var silentFrom = (world == 2 ? NextOperation : NextOperationInLargerWorlds) + 2;
        var silence = new Attack((number, frame) => number < silentFrom ? [frame] : []);
        return AssertEnds(
            (SuiteCode)suite, world, silence, CollectiveError.TimedOut, $"silence, {(SuiteCode)suite}, world of {world}",
                timeout: TimeSpan.FromSeconds(2), drain: TimeSpan.FromSeconds(3));
    }));

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_FrameOfAnotherLane_FailsEverywhere(byte suite, int world)
    {
        var recording = new Recording();
        var listening = recording.Listen();
        var splice = Attack.Splice(Data, recording);
        await AssertEnds(
            (SuiteCode)suite,
            world,
            splice,
            CollectiveError.AuthenticationFailed,
            "splice across lanes",
            lanes: 2,
            attackOf: lane => lane == 0 ? listening : splice);
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_FrameOfAnotherLink_FailsEverywhere(byte suite, int world)
    {
        // The same ranks, lane, operation and place, but a different opening of the communicator.
        var recording = new Recording();
        await using (var other = Create((SuiteCode)suite, world, 1, false, TimeSpan.FromMinutes(1), _ => recording.Listen()))
        {
            await other.RunAsync(member => member.AllReduceAsync<int>(RepeatedAllReduce.Input(member.Rank, Length), ReduceOp.Sum).AsTask());
        }

        foreach (var frame in new[] { Descriptor, Data })
        {
            await AssertRefused((SuiteCode)suite, world, Attack.Splice(frame, recording), $"splice of frame {frame}");
        }
    }

    [Theory]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305)]
    public async Task Barrier_TagOfAnEarlierGeneration_FailsEverywhere(byte suite)
    {
        // One frame per barrier, and occasionally an acknowledgement.
        const int FirstOfGenerationOne = 1 << 16;
        byte[]? old = null;
        var passed = 0;
        var attack = new Attack((number, frame) =>
        {
            old = number == 1 ? [.. frame] : old;
            passed += number < FirstOfGenerationOne && frame[FrameFormat.KindOffset] == (byte)FrameKind.Message ? 1 : 0;
            return [number == FirstOfGenerationOne ? [.. frame[..FrameFormat.HeaderLength], .. old![FrameFormat.HeaderLength..]] : frame];
        });
        await using var group = Create((SuiteCode)suite, 2, 1, false, TimeSpan.FromSeconds(30), _ => attack);
        var completed = new int[2];
        await group.RunAsync(member =>
        {
            try
            {
                for (; completed[member.Rank] <= FirstOfGenerationOne; completed[member.Rank]++)
                {
                    member.Barrier();
                }
            }
            catch (CollectiveException failure)
            {
                Assert.Equal(CollectiveError.AuthenticationFailed, failure.Error);
            }
        });
        Assert.True(attack.Happened);
        Assert.Equal(passed, completed[1]);
        Assert.InRange(passed, FirstOfGenerationOne * 9 / 10, FirstOfGenerationOne - 1);
    }

    private static Dictionary<string, Func<Attack>> Named() => new()
    {
        ["descriptor dropped"] = () => Attack.Drop(Descriptor),
        ["data dropped"] = () => Attack.Drop(Data),
        ["later data dropped"] = () => Attack.Drop(NextOperation + 1),
        ["descriptor repeated"] = () => Attack.Duplicate(Descriptor),
        ["data repeated"] = () => Attack.Duplicate(Data),
        ["descriptor after data"] = () => Attack.Swap(Descriptor),
        ["chunks swapped"] = () => Attack.Swap(Data),
        ["data replayed"] = () => Attack.Replay(Data, Data + 1, renumbered: false),
        ["data replayed under the next number"] = () => Attack.Replay(Data, Data + 1, renumbered: true),
        ["data of an earlier operation"] = () => Attack.Replay(Data, NextOperation + 1, renumbered: true),
        ["data relabelled to another operation"] = () => Attack.Relabel(Data, 1),
        ["descriptor relabelled to another operation"] = () => Attack.Relabel(Descriptor, 1),
        ["length above the limit"] = () => Attack.Declare(Data, FrameFormat.MaxPayloadLength + 1),
        ["largest length"] = () => Attack.Declare(Data, uint.MaxValue),
        ["negative length"] = () => Attack.Declare(Data, 0x80000000),
        ["longer than due"] = () => Attack.Declare(Data, FrameFormat.MaxPayloadLength),
        ["shorter than due"] = () => Attack.Declare(Data, 16),
        ["empty"] = () => Attack.Declare(Data, 0),
    };

    private static Task AssertRefused(SuiteCode suite, int world, Attack attack, string name, bool tcp = false) =>
        AssertEnds(suite, world, attack, CollectiveError.AuthenticationFailed, name, tcp);

    private static async Task AssertEnds(
        SuiteCode suite,
        int world,
        Attack attack,
        CollectiveError expected,
        string name,
        bool tcp = false,
        int lanes = 1,
        TimeSpan? timeout = null,
        Func<int, Attack>? attackOf = null,
        TimeSpan? drain = null)
    {
        await using var group = Create(suite, world, lanes, tcp, timeout ?? TimeSpan.FromMinutes(1), attackOf ?? (_ => attack), drain);
        var failures = await RepeatedAllReduce.RunAsync(group, Operations, Length);

        Assert.True(attack.Happened, $"{name}: the attack did not take place");
        Assert.All(failures, failure => Assert.True(
            failure is { Culprit: 0, Reporter: 1 } && failure.Error == expected, $"{name}: {failure?.Message ?? "a rank saw no failure"}"));
    }

    /// <summary>Creates a group whose frames from rank 0 to rank 1 pass the attacker.</summary>
    private static MemoryGroup Create(SuiteCode suite, int world, int lanes, bool tcp, TimeSpan timeout, Func<int, Attack> attackOf,
        TimeSpan? drain = null) => MemoryGroup.Create(
        world,
        lanes,
        ChunkBytes,
        laneCapacity: 1 << 20,
        timeout,
        wrap: (rank, peer, lane, inner) => rank == 0 && peer == 1
            ? new TamperingLane(inner, TagLength.Of(suite), attackOf(lane))
            : inner,
        suite,
        connect: tcp ? Tcp : null,
        drainTimeout: drain,
        attribution: new MemoryAttribution());

    private static (Lane First, Lane Second) Tcp() => LoopbackLanes.CreatePair();
}
