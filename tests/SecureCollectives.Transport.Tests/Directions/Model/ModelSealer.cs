using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Ideal sealing with the product's counters: the tag contains the key and cannot be forged.</summary>
internal sealed class ModelSealer(ModelKey key) : FrameSealer
{
    public ModelKey Key => key;

    public override int TagLength => ModelKey.TagLength;

    public override bool UsesStaging => true;

    public override void Dispose()
    {
        // There is no secret to erase.
    }

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        source.CopyTo(staging);
        key.Write(staging[source.Length..]);
        return staging[..(source.Length + ModelKey.TagLength)];
    }
}
