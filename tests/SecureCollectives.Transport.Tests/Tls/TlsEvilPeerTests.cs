using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Tls;

/// <summary>
/// An attacker on the wire between rank 0 and rank 1, whose lane runs over TLS. The attacker controls records, not frames. Whatever happens
/// to the records, all ranks fail with an error that names the two, and no rank returns a wrong result.
/// </summary>
public sealed class TlsEvilPeerTests : IDisposable
{
    private const int Length = 3000;
    private const int ChunkBytes = 4096;
    private const int Operations = 4;
    private const int MaxCalls = 10_000;
    private const int RecordLengthOffset = 3;
    private const int RecordHeaderLength = 5;

    private readonly TlsEnds _ends = new();

    public static TheoryData<byte, int> Worlds => new()
    {
        { (byte)SuiteCode.None, 2 },
        { (byte)SuiteCode.None, 3 },
        { (byte)SuiteCode.Aes256Gcm, 2 },
    };

    public void Dispose() => _ends.Dispose();

    /// <summary>
    /// Tests every bit of a record's header (RFC 8446, section 5.2: type, version, length) and of its first encrypted byte, and bits of its
    /// last bytes and its tag. If a third rank must learn of the failure, tests one bit of each byte.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_RecordBitFlipped_FailsEverywhere(byte suite, int world)
    {
        // The header is associated data.
        var bits = Enumerable.Range(0, 8 * (RecordHeaderLength + 1)).Where(bit => world == 2 || bit % 7 == 0)
            .ToLookup(bit => bit / 8 is RecordLengthOffset or RecordLengthOffset + 1);
        foreach (var bit in bits[false])
        {
            await AssertEnds(suite, world, Attack.FlipBit(1, bit), $"bit {bit}", CollectiveError.AuthenticationFailed);
        }

        // The receiver waits for the rest of a lengthened record until the time limit, so run these all at once.
        await Task.WhenAll(bits[true].Select(bit => AssertEnds(suite, world, Attack.FlipBit(1, bit), $"length bit {bit}")));
        foreach (var record in new[] { 0, 1, 3 })
        {
            for (var bit = 0; bit < 8 * 17; bit += 11)
            {
                await AssertEnds(suite, world, Attack.FlipBitFromEnd(record, bit), $"record {record}, bit {bit} from its end",
                    CollectiveError.AuthenticationFailed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_RecordsDroppedRepeatedOrMoved_FailsEverywhere(byte suite, int world)
    {
        foreach (var record in new[] { 0, 1, 3 })
        {
            await AssertEnds(suite, world, Attack.Drop(record), $"record {record} dropped", CollectiveError.AuthenticationFailed);
            await AssertEnds(suite, world, Attack.Duplicate(record), $"record {record} repeated", CollectiveError.AuthenticationFailed);
            await AssertEnds(suite, world, Attack.Swap(record), $"record {record} swapped", CollectiveError.AuthenticationFailed);
        }
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduce_StreamCut_NamesTheLostPeer(byte suite, int world)
    {
        foreach (var kept in new[] { 0, 1, 5, 6, int.MaxValue })
        {
            await AssertEnds(suite, world, Attack.Truncate(1, kept), $"cut after {kept} bytes", CollectiveError.PeerLost);
        }
    }

    /// <param name="suite">The suite of the frames inside TLS, or none.</param>
    /// <param name="world">The number of ranks.</param>
    /// <param name="attack">The attack on records from rank 0 to rank 1.</param>
    /// <param name="name">The name of the attack.</param>
    /// <param name="expected">The error; null if a changed length makes the receiver wait for bytes that never arrive, or read bytes that
    /// are not a record.</param>
    private async Task AssertEnds(byte suite, int world, Attack attack, string name, CollectiveError? expected = null)
    {
        var links = 0;
        await using var group = MemoryGroup.Create(
            world,
            1,
            ChunkBytes,
            timeout: expected is null ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1),
            suite: (SuiteCode)suite,
            connect: () => Connect(links++ == 0 ? attack : null));
        var failures = await RepeatedAllReduce.RunAsync(group, Operations, Length);

        Assert.True(attack.Happened, $"{name}: the attack did not take place");
        Assert.All(failures, failure => Assert.True(
            failure is { Culprit: 0, Reporter: 1 } or { Culprit: 1, Reporter: 0 }
                || (expected is null && failure is { Error: CollectiveError.TimedOut }),
            $"{name}: {failure?.Message ?? "a rank saw no failure"}"));

        // The victim knows the cause, but cannot tell the other end: a record that does not verify ends TLS in both directions.
        Assert.True(
            expected is null || (failures[1] is { Culprit: 0, Reporter: 1 } && failures[1]!.Error == expected),
            $"{name}: {failures[1]!.Message}");
    }

    private (Lane First, Lane Second) Connect(Attack? attack)
    {
        var below = MemoryLane.CreatePair(1 << 20);
        var wire = TamperingLane.OfTlsRecords(below.First, attack ?? new Attack((_, record) => [record]));
        var (first, second) = _ends.Secure((wire, below.Second));
        for (var calls = 0; first.PeerLeafHash.IsEmpty || second.PeerLeafHash.IsEmpty; calls++)
        {
            Assert.True(calls < MaxCalls, first.Fault ?? second.Fault);
            Assert.Equal(LaneOutcome.WouldBlock, first.TryReceive(new byte[1], out _));
            Assert.Equal(LaneOutcome.WouldBlock, second.TryReceive(new byte[1], out _));
        }

        wire.Arm();
        return (first, second);
    }
}
