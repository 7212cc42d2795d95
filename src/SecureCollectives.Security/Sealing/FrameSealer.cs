using SecureCollectives.Framing;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The sending half of a lane's protection. Owns the direction's frame counter: the one place where it is kept and moved.
/// Plaintext is a sealer like any other; nothing else in the data path knows which protection runs.
/// </summary>
/// <remarks>Not thread-safe: belongs to whoever drives the lane.</remarks>
internal abstract class FrameSealer : IDisposable
{
    private ulong _counter;

    /// <summary>Bytes that follow the payload on the wire.</summary>
    public abstract int TagLength { get; }

    /// <summary>Whether sent bytes come out of staging, which then needs room for a payload and its tag.</summary>
    public abstract bool UsesStaging { get; }

    /// <summary>
    /// Whether what it writes after the header may be memory that others change meanwhile: it writes there and never reads it back.
    /// Plaintext writes nothing.
    /// </summary>
    public virtual bool IsSinglePass => false;

    /// <summary>How often the key has been replaced by the next of its chain; 0 where there is no key.</summary>
    public virtual ulong Generation => 0;

    /// <summary>Makes one frame. Each call uses up one counter value, whatever happens to the frame afterwards.</summary>
    /// <param name="header">The header; its counter is ignored and its length must be that of <paramref name="source"/>.</param>
    /// <param name="source">The payload.</param>
    /// <param name="head">Takes the header's <see cref="FrameFormat.HeaderLength"/> bytes.</param>
    /// <param name="staging">Where sealed bytes live; must stay untouched until the returned span has been sent.</param>
    /// <returns>What to send after the head: the source itself in plaintext, a span of <paramref name="staging"/> when sealed.</returns>
    public ReadOnlySpan<byte> Seal(scoped in FrameHeader header, ReadOnlySpan<byte> source, Span<byte> head, Span<byte> staging)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, header.Length);

        // Moved before sealing: should sealing throw, the value is spent and can never meet a second plaintext.
        var counter = _counter;
        _counter = checked(counter + 1);
        FrameWriter.WriteHeader(header with { Counter = counter }, head);
        return SealPayload(counter, head[..FrameFormat.HeaderLength], source, staging);
    }

    public abstract void Dispose();

    protected abstract ReadOnlySpan<byte> SealPayload(
        ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> source, Span<byte> staging);
}
