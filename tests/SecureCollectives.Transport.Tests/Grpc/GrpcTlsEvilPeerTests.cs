using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// An attacker on the wire of a gRPC lane over TLS whose frames are not sealed. The attacker controls the records of the HTTP/2 connection.
/// Both ranks fail with an error that names the two, and neither returns a wrong result.
/// </summary>
public sealed class GrpcTlsEvilPeerTests
{
    private const int Length = 3000;
    private const int ChunkBytes = 4096;
    private const int Operations = 4;
    private const int Target = 1;
    private const int LengthBits = 3 * 8;
    private const int FirstByte = 5 * 8;

    public static TheoryData<string> Attacks => [.. Named().Keys];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task AllReduce_RecordsTamperedWith_FailsOnBothSides(string name)
    {
        var attack = Named()[name]();
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        await using var proxy = new TamperingProxy(ends.Port, attack);
        using var first = await ends.ConnectAsync(0, acceptor: ends.Acceptor with { Port = proxy.Port });
        using var unused = await ends.ConnectAsync(1);
        using var accepted = await ends.Link.Responder.Completion.WaitAsync(GrpcEnds.Limit);
        proxy.Arm();

        // The receiver waits for the rest of a lengthened record until the time limit.
        var timeout = name.StartsWith("length", StringComparison.Ordinal) ? TimeSpan.FromSeconds(2) : TimeSpan.FromMinutes(1);
        await using var group = MemoryGroup.Create(
            2, chunkBytes: ChunkBytes, timeout: timeout, suite: SuiteCode.None, connect: () => (first, accepted.Lanes[0].Lane));
        var failures = await RepeatedAllReduce.RunAsync(group, Operations, Length);

        Assert.True(attack.Happened, "the attack did not take place");
        Assert.All(failures, failure => Assert.True(
            failure is { Culprit: 0, Reporter: 1 } or { Culprit: 1, Reporter: 0 }, failure?.Message ?? "a rank saw no failure"));
    }

    private static Dictionary<string, Func<Attack>> Named()
    {
        var attacks = new Dictionary<string, Func<Attack>>
        {
            ["last byte flipped"] = () => Attack.FlipBitFromEnd(Target, 3),
            ["dropped"] = () => Attack.Drop(Target),
            ["repeated"] = () => Attack.Duplicate(Target),
            ["swapped"] = () => Attack.Swap(Target),
            ["cut"] = () => Attack.Truncate(Target, 100),
        };
        for (var bit = 0; bit < FirstByte + 8; bit += 3)
        {
            var flipped = bit;
            attacks.Add($"{(bit < 8 ? "type" : bit < LengthBits ? "version" : bit < FirstByte ? "length" : "first byte")}, bit {bit}",
                () => Attack.FlipBit(Target, flipped));
        }

        return attacks;
    }
}
