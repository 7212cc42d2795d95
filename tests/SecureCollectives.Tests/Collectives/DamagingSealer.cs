using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Corrupts frames after sealing, as a faulty network does.</summary>
/// <param name="inner">Seals the frames.</param>
/// <param name="damages">Selects the frames to corrupt.</param>
internal sealed class DamagingSealer(FrameSealer inner, Predicate<FrameHeader> damages) : FrameSealer
{
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];

    public override int TagLength => inner.TagLength;

    public override bool UsesStaging => true;

    public override void Dispose() => inner.Dispose();

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        Assert.Equal(FrameReadStatus.Ok, FrameReader.TryReadHeader(head, out var header));
        var length = inner.Seal(header, source, _head, staging).Length;
        staging[length - 1] ^= (byte)(damages(header) ? 1 : 0);
        return staging[..length];
    }
}
