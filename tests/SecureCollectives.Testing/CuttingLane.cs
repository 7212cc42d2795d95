using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>
/// A lane whose connection is cut after a number of bytes, at any point of a frame. Both ends see it as they would see a network failure.
/// </summary>
/// <param name="inner">The real lane.</param>
/// <param name="bytes">The number of bytes that are still sent before the cut.</param>
/// <param name="onCut">Called once, at the cut.</param>
internal sealed class CuttingLane(Lane inner, long bytes, Action? onCut = null) : Lane
{
    private long _left = bytes;
    private bool _isCut;

    public override int Descriptor => inner.Descriptor;

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = 0;
        if (_isCut)
        {
            return LaneOutcome.Broken;
        }

        var ofHead = head[..(int)Math.Min(head.Length, _left)];
        var ofBody = body[..(int)Math.Min(body.Length, _left - ofHead.Length)];
        var outcome = inner.TrySend(ofHead, ofBody, out sent);
        _left -= sent;
        if (_left > 0)
        {
            return outcome;
        }

        // Bytes sent before the cut arrive; after it, nothing arrives in either direction.
        _isCut = true;
        inner.Dispose();
        onCut?.Invoke();
        return outcome;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        return _isCut ? LaneOutcome.Broken : inner.TryReceive(destination, out received);
    }

    public override void EndSending()
    {
        if (!_isCut)
        {
            inner.EndSending();
        }
    }

    public override void AttachSignal(Action raise) => inner.AttachSignal(raise);

    public override void Dispose() => inner.Dispose();
}
