namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The sealer for <c>UnsafePlaintext</c>, and for lanes protected by TLS alone: no tag and no copy; the payload is sent straight from the
/// caller's memory.
/// </summary>
internal sealed class PlaintextSealer : FrameSealer
{
    public override int TagLength => 0;

    public override bool UsesStaging => false;

    public override bool IsSinglePass => true;

    public override void Dispose()
    {
        // Holds no secret.
    }

    protected override ReadOnlySpan<byte> SealPayload(
        ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging) => source;
}
