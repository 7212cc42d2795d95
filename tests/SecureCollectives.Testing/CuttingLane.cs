using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>
/// A lane whose connection is cut after so many bytes, in the middle of whatever they belong to; both ends see it as a network shows it.
/// </summary>
/// <param name="inner">The real lane.</param>
/// <param name="bytes">How many bytes still go out before the cut.</param>
/// <param name="onCut">Called once.</param>
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

        // What was sent before the cut arrives; nothing else does, in neither direction.
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
