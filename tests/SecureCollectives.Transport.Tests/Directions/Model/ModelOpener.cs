using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>Opens frames that <see cref="ModelSealer"/> has sealed with the same key, using the product's counters.</summary>
internal sealed class ModelOpener(ModelKey key) : FrameOpener
{
    public override int TagLength => ModelKey.TagLength;

    public override Span<byte> Target(Span<byte> destination, Span<byte> staging) => staging[..(destination.Length + ModelKey.TagLength)];

    public override void Dispose()
    {
        // There is no secret to erase.
    }

    protected override bool OpenPayload(ulong counter, ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload)
    {
        payload = received[..^ModelKey.TagLength];
        return ModelKey.Read(received[payload.Length..]) == key;
    }
}
