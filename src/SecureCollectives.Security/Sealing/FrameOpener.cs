using System.Diagnostics;
using SecureCollectives.Framing;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The receiving half of a lane's protection. Owns the direction's expected counter, which alone makes the nonce: a replayed, dropped,
/// reordered or spliced frame says another counter or fails its tag. After the first failure it opens nothing any more.
/// </summary>
/// <remarks>Not thread-safe: belongs to whoever drives the lane.</remarks>
internal abstract class FrameOpener : IDisposable
{
    private const int NothingExpected = -1;

    private ulong _expectedCounter;
    private int _expectedLength = NothingExpected;
    private bool _failed;

    /// <summary>Bytes that follow the payload on the wire.</summary>
    public abstract int TagLength { get; }

    /// <inheritdoc cref="FrameSealer.Generation"/>
    public virtual ulong Generation => 0;

    /// <summary>
    /// Where to receive a frame's payload and tag: <paramref name="staging"/> when sealed, because the caller's memory is touched only
    /// after the tag verified; the caller's memory itself in plaintext.
    /// </summary>
    /// <param name="destination">Where the payload belongs; exactly as long as it.</param>
    /// <param name="staging">Room for at least the payload and its tag.</param>
    public abstract Span<byte> Target(Span<byte> destination, Span<byte> staging);

    /// <summary>
    /// Says whether a header may be followed at all: it was read well and is the next of its lane. Called before its payload is received.
    /// </summary>
    public OpenStatus Expect(ReadOnlySpan<byte> head, out FrameHeader header)
    {
        if (_failed)
        {
            header = default;
            return OpenStatus.AlreadyFailed;
        }

        if (FrameReader.TryReadHeader(head, out header) != FrameReadStatus.Ok)
        {
            return Fail(OpenStatus.MalformedHeader);
        }

        if (header.Counter != _expectedCounter)
        {
            return Fail(OpenStatus.WrongCounter);
        }

        _expectedLength = header.Length;
        return OpenStatus.Ok;
    }

    /// <summary>Opens the frame whose header <see cref="Expect"/> accepted.</summary>
    /// <param name="head">The header's bytes as received.</param>
    /// <param name="received">The span that <see cref="Target"/> gave, filled.</param>
    /// <param name="payload">The payload: a part of <paramref name="received"/>, opened in place. Empty on failure.</param>
    /// <exception cref="InvalidOperationException">No header was accepted for this frame.</exception>
    /// <exception cref="ArgumentException"><paramref name="received"/> is not as long as the accepted header says.</exception>
    public OpenStatus Open(ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        return !TryBegin(received.Length, out var counter)
            ? OpenStatus.AlreadyFailed : End(counter, OpenPayload(counter, head, received, out payload), ref payload);
    }

    /// <summary>
    /// Opens the frame whose header <see cref="Expect"/> accepted from memory that others may change meanwhile: each of its bytes is read
    /// once.
    /// </summary>
    /// <param name="head">The header's bytes: a copy that nobody changes.</param>
    /// <param name="lent">Payload and tag, where they lie.</param>
    /// <param name="target">The span that <see cref="Target"/> gave; its content does not matter.</param>
    /// <param name="payload">The payload: a part of <paramref name="target"/>. Empty on failure.</param>
    /// <inheritdoc cref="Open" path="/exception"/>
    public OpenStatus OpenFrom(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lent, Span<byte> target, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        return !TryBegin(lent.Length, out var counter)
            ? OpenStatus.AlreadyFailed : End(counter, OpenLent(counter, head, lent, target, out payload), ref payload);
    }

    public abstract void Dispose();

    protected abstract bool OpenPayload(ulong counter, ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload);

    protected virtual bool OpenLent(
        ulong counter, ReadOnlySpan<byte> head, ReadOnlySpan<byte> lent, Span<byte> target, out ReadOnlySpan<byte> payload)
    {
        lent.CopyTo(target);
        return OpenPayload(counter, head, target, out payload);
    }

    private bool TryBegin(int length, out ulong counter)
    {
        counter = _expectedCounter;
        if (_failed)
        {
            return false;
        }

        if (_expectedLength == NothingExpected)
        {
            throw new InvalidOperationException("A frame is opened after its header was accepted, and once.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(length, _expectedLength + TagLength);
        if (counter == ulong.MaxValue)
        {
            throw new UnreachableException("A lane has carried 2^64 frames.");
        }

        // Failed until proven otherwise, so that an opener whose engine threw opens nothing any more either.
        _failed = true;
        return true;
    }

    private OpenStatus End(ulong counter, bool opened, ref ReadOnlySpan<byte> payload)
    {
        if (!opened)
        {
            payload = default;
            return OpenStatus.AuthenticationFailed;
        }

        _failed = false;
        _expectedLength = NothingExpected;
        _expectedCounter = counter + 1;
        return OpenStatus.Ok;
    }

    private OpenStatus Fail(OpenStatus status)
    {
        _failed = true;
        return status;
    }
}
