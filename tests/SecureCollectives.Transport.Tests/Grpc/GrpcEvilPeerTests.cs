using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// An attacker controls the frames of a gRPC lane (over h2c on the wire, over TLS beyond the point where TLS ends). Both ranks fail with
/// the same error, and neither returns a wrong result.
/// </summary>
public sealed class GrpcEvilPeerTests
{
    private const int Length = 3000;
    private const int ChunkBytes = 4096;
    private const int Operations = 4;
    private const int Data = 1;

    public static TheoryData<bool, byte, string> Attacks()
    {
        var cases = new TheoryData<bool, byte, string>();
        foreach (var name in Named().Keys)
        {
            cases.Add(false, (byte)SuiteCode.Aes256Gcm, name);
            cases.Add(true, (byte)SuiteCode.ChaCha20Poly1305, name);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task AllReduce_FramesTamperedWith_FailsEverywhere(bool tls, byte suite, string name)
    {
        var attack = Named()[name]();
        await using var ends = await GrpcLaneTests.CreateAsync(tls);
        await using (var group = MemoryGroup.Create(
            2,
            chunkBytes: ChunkBytes,
            wrap: (rank, _, _, lane) => rank == 0 ? new TamperingLane(lane, Suite.Aes256Gcm.TagLength, attack) : lane,
            suite: (SuiteCode)suite,
            connect: () => (ends.First, ends.Second)))
        {
            var failures = await RepeatedAllReduce.RunAsync(group, Operations, Length);

            Assert.True(attack.Happened, "the attack did not take place");
            Assert.All(failures, failure => Assert.True(
                failure is { Error: CollectiveError.AuthenticationFailed, Culprit: 0, Reporter: 1 }, failure?.Message
                    ?? "a rank saw no failure"));
        }
    }

    private static Dictionary<string, Func<Attack>> Named() => new()
    {
        ["version flipped"] = () => Attack.FlipBit(Data, 0),
        ["kind flipped"] = () => Attack.FlipBit(Data, 8 * FrameFormat.KindOffset),
        ["length flipped"] = () => Attack.FlipBit(Data, (8 * FrameFormat.LengthOffset) + 31),
        ["last bit of the header flipped"] = () => Attack.FlipBit(Data, (8 * FrameFormat.HeaderLength) - 1),
        ["tag flipped"] = () => Attack.FlipBitFromEnd(Data, 3),
        ["payload flipped"] = () => Attack.FlipBitFromEnd(Data, (8 * Suite.Aes256Gcm.TagLength) + 5),
        ["dropped"] = () => Attack.Drop(Data),
        ["repeated"] = () => Attack.Duplicate(Data),
        ["swapped"] = () => Attack.Swap(Data),
        ["replayed under the next number"] = () => Attack.Replay(Data, Data + 1, renumbered: true),
    };
}
