using System.Diagnostics;
using SecureCollectives.Framing;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// The receiving half of a lane's protection. Owns the expected counter for its direction, which alone determines the nonce: a replayed,
/// dropped, reordered or spliced frame has the wrong counter or fails authentication. After the first failure it opens nothing more.
/// </summary>
/// <remarks>Not thread-safe: used only by the thread that drives the lane.</remarks>
internal abstract class FrameOpener : IDisposable
{
    private const int NothingExpected = -1;

    private ulong _expectedCounter;
    private int _expectedLength = NothingExpected;
    private bool _failed;

    /// <summary>The length in bytes of the tag that follows the payload on the wire.</summary>
    public abstract int TagLength { get; }

    /// <inheritdoc cref="FrameSealer.Generation"/>
    public virtual ulong Generation => 0;

    /// <summary>
    /// Returns the span into which to receive a frame's payload and tag. Sealed frames go to <paramref name="staging"/>, because the
    /// caller's memory may change only after the tag has been verified; plaintext goes straight to the caller's memory.
    /// </summary>
    /// <param name="destination">The payload's destination; exactly as long as the payload.</param>
    /// <param name="staging">Scratch memory; at least as long as the payload and its tag.</param>
    public abstract Span<byte> Target(Span<byte> destination, Span<byte> staging);

    /// <summary>Checks that a header is well-formed and is the next one on its lane. Called before its payload is received.</summary>
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
    /// <param name="received">The span returned by <see cref="Target"/>, filled.</param>
    /// <param name="payload">The payload: a part of <paramref name="received"/>, opened in place. Empty on failure.</param>
    /// <exception cref="InvalidOperationException">This frame's header has not been accepted.</exception>
    /// <exception cref="ArgumentException">The length of <paramref name="received"/> does not match the accepted header.</exception>
    public OpenStatus Open(ReadOnlySpan<byte> head, Span<byte> received, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        return !TryBegin(received.Length, out var counter)
            ? OpenStatus.AlreadyFailed : End(counter, OpenPayload(counter, head, received, out payload), ref payload);
    }

    /// <summary>
    /// Opens the frame whose header <see cref="Expect"/> accepted, from memory that others may change concurrently: each byte is read only
    /// once.
    /// </summary>
    /// <param name="head">The header's bytes, in a private copy.</param>
    /// <param name="lent">The payload and the tag, in memory that the peer may still change.</param>
    /// <param name="target">The span returned by <see cref="Target"/>; its contents are overwritten.</param>
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
            throw new InvalidOperationException("A frame can be opened only once, and only after its header has been accepted.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(length, _expectedLength + TagLength);
        if (counter == ulong.MaxValue)
        {
            throw new UnreachableException("A lane has carried 2^64 frames.");
        }

        // Failed until proven otherwise: if the engine throws, nothing more is opened.
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
