namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The opener for <c>UnsafePlaintext</c>, and for lanes protected by TLS alone: the base class's header checks catch accidents, not
/// attackers.
/// </summary>
internal sealed class PlaintextOpener : FrameOpener
{
    public override int TagLength => 0;

    public override Span<byte> Target(Span<byte> destination, Span<byte> staging) => destination;

    public override void Dispose()
    {
        // Holds no secret.
    }

    protected override bool OpenPayload(ulong counter, ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload)
    {
        payload = received;
        return true;
    }
}
