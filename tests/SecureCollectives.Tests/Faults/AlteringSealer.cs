using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Tests.Faults;

/// <summary>The sealer of a malicious member: alters data before sealing it, as any holder of a lane's keys can.</summary>
/// <param name="inner">Seals the altered data.</param>
/// <param name="alters">Selects the frames to alter.</param>
internal sealed class AlteringSealer(FrameSealer inner, Predicate<FrameHeader> alters) : FrameSealer
{
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private readonly byte[] _altered = new byte[FrameFormat.MaxPayloadLength];

    public override int TagLength => inner.TagLength;

    public override bool UsesStaging => true;

    public override void Dispose() => inner.Dispose();

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        Assert.Equal(FrameReadStatus.Ok, FrameReader.TryReadHeader(head, out var header));
        var altered = _altered.AsSpan(0, source.Length);
        source.CopyTo(altered);
        if (header.Kind == FrameKind.Data && alters(header))
        {
            altered[0] ^= 1;
        }

        return staging[..inner.Seal(header, altered, _head, staging).Length];
    }
}
