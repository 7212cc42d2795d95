using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Ideal sealing over the product's counters: a tag says the key, and nobody forges it.</summary>
internal sealed class ModelSealer(ModelKey key) : FrameSealer
{
    public ModelKey Key => key;

    public override int TagLength => ModelKey.TagLength;

    public override bool UsesStaging => true;

    public override void Dispose()
    {
        // Holds no secret.
    }

    protected override ReadOnlySpan<byte> SealPayload(ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging)
    {
        source.CopyTo(staging);
        key.Write(staging[source.Length..]);
        return staging[..(source.Length + ModelKey.TagLength)];
    }
}
