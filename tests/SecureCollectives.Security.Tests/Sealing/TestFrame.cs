using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Sealing;

/// <summary>The bytes of a frame, in an attacker's hands.</summary>
internal sealed record TestFrame(byte[] Head, byte[] Body)
{
    public static FrameHeader Header(int length, ulong operation = 1, uint step = 0, uint chunk = 0) =>
        new(FrameKind.Data, FramePhase.ReduceScatter, length, 0, operation, step, chunk);

    public static TestFrame Seal(FrameSealer sealer, ReadOnlySpan<byte> payload, ulong operation = 1)
    {
        var head = new byte[FrameFormat.HeaderLength];
        var body = sealer.Seal(Header(payload.Length, operation), payload, head, new byte[payload.Length + sealer.TagLength]);
        return new TestFrame(head, body.ToArray());
    }

    /// <summary>Receives as a lane does: the header first, then as many bytes as it declares.</summary>
    public OpenStatus Open(FrameOpener opener, out byte[] payload)
    {
        payload = [];
        var status = opener.Expect(Head, out var header);
        if (status != OpenStatus.Ok)
        {
            return status;
        }

        var target = opener.Target(new byte[header.Length], new byte[header.Length + opener.TagLength]);
        Body.AsSpan(0, Math.Min(Body.Length, target.Length)).CopyTo(target);
        status = opener.Open(Head, target, out var opened);
        payload = opened.ToArray();
        Assert.Equal(status == OpenStatus.Ok ? header.Length : 0, payload.Length);
        return status;
    }

    public TestFrame WithHeadBitFlipped(int bit) => this with { Head = Flipped(Head, bit) };

    public TestFrame WithBodyBitFlipped(int bit) => this with { Body = Flipped(Body, bit) };

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var changed = bytes.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
