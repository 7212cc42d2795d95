using SecureCollectives.Framing;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The sending half of a lane's protection. Owns the frame counter for its direction; nothing else stores or advances it. Plaintext has a
/// sealer like any other protection; nothing else in the data path knows which protection is used.
/// </summary>
/// <remarks>Not thread-safe: used only by the thread that drives the lane.</remarks>
internal abstract class FrameSealer : IDisposable
{
    private ulong _counter;

    /// <summary>The length in bytes of the tag that follows the payload on the wire.</summary>
    public abstract int TagLength { get; }

    /// <summary>Whether the bytes to send are in staging, which must then have room for a payload and its tag.</summary>
    public abstract bool UsesStaging { get; }

    /// <summary>
    /// Whether the bytes after the header may be written to memory that others change concurrently: the sealer writes there and never reads
    /// it back. Plaintext writes nothing.
    /// </summary>
    public virtual bool IsSinglePass => false;

    /// <summary>How many times the key has been replaced by the next in its chain; 0 if there is no key.</summary>
    public virtual ulong Generation => 0;

    /// <summary>Seals one frame. Each call consumes one counter value, whatever happens to the frame afterwards.</summary>
    /// <param name="header">The header; its counter is ignored, and its length must match <paramref name="source"/>.</param>
    /// <param name="source">
    /// The payload, which is not modified; for plaintext, it must stay unchanged until the returned span has been sent.
    /// </param>
    /// <param name="head">Receives the header, <see cref="FrameFormat.HeaderLength"/> bytes long.</param>
    /// <param name="staging">Receives sealed bytes; must stay unchanged until the returned span has been sent.</param>
    /// <returns>
    /// The bytes to send after the header: the source itself for plaintext, a span of <paramref name="staging"/> if sealed.
    /// </returns>
    public ReadOnlySpan<byte> Seal(scoped in FrameHeader header, ReadOnlySpan<byte> source, Span<byte> head, Span<byte> staging)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, header.Length);

        // Advanced before sealing: if sealing throws, the value is spent and can never be used with a second plaintext.
        var counter = _counter;
        _counter = checked(counter + 1);
        FrameWriter.WriteHeader(header with { Counter = counter }, head);
        return SealPayload(counter, head[..FrameFormat.HeaderLength], source, staging);
    }

    public abstract void Dispose();

    protected abstract ReadOnlySpan<byte> SealPayload(
        ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging);
}
