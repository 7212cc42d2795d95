using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>Seals each frame: the header is associated data, payload and tag go to staging.</summary>
internal sealed class AeadSealer(KeyChain chain, AeadEngine engine) : FrameSealer
{
    private readonly ChunkCipher _cipher = new(chain, engine);

    public override int TagLength => FrameFormat.TagLength;

    public override bool UsesStaging => true;

    public override void Dispose() => _cipher.Dispose();

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        var sealedBytes = staging[..(source.Length + FrameFormat.TagLength)];
        _cipher.Seal(counter, head, source, sealedBytes[..source.Length], sealedBytes[source.Length..]);
        return sealedBytes;
    }
}
