using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>A lane that reports what its loop does with it.</summary>
internal sealed class WatchedLane(Lane inner) : Lane
{
    private bool _closed;

    /// <summary>Called when a loop has attached the lane.</summary>
    public Action? Attached { get; init; }

    /// <summary>Called at each attempt to send.</summary>
    public Action? Used { get; init; }

    /// <summary>Called at each end of the sending direction.</summary>
    public Action? Ended { get; init; }

    /// <summary>Called once, when the lane is closed.</summary>
    public Action? Closed { get; init; }

    /// <summary>While it returns true, the lane delivers nothing.</summary>
    public Func<bool>? Withholds { get; init; }

    /// <summary>The maximum number of bytes that a receive returns.</summary>
    public int MostAtOnce { get; init; } = int.MaxValue;

    public override int Descriptor => inner.Descriptor;

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        Used?.Invoke();
        return inner.TrySend(head, body, out sent);
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        return Withholds?.Invoke() == true
            ? LaneOutcome.WouldBlock : inner.TryReceive(destination[..Math.Min(destination.Length, MostAtOnce)], out received);
    }

    public override void EndSending()
    {
        // Call it before the peer can see the end.
        Ended?.Invoke();
        inner.EndSending();
    }

    public override void AttachSignal(Action raise)
    {
        inner.AttachSignal(raise);
        Attached?.Invoke();
    }

    public override void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            inner.Dispose();
            Closed?.Invoke();
        }
    }
}
