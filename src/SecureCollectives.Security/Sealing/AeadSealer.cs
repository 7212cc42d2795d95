using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>Seals each frame into staging: the payload and the tag, with the header as associated data.</summary>
internal sealed class AeadSealer(KeyChain chain, AeadEngine engine) : FrameSealer
{
    private readonly ChunkCipher _cipher = new(chain, engine);
    private readonly int _tagLength = engine.Suite.TagLength;

    public override int TagLength => _tagLength;

    public override bool UsesStaging => true;

    public override ulong Generation => _cipher.Generation;

    public override bool IsSinglePass => _cipher.IsSinglePass;

    public override void Dispose() => _cipher.Dispose();

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        var sealedBytes = staging[..(source.Length + _tagLength)];
        _cipher.Seal(counter, head, source, sealedBytes);
        return sealedBytes;
    }
}
