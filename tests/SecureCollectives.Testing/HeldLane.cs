using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>
/// A lane that delivers a number of bytes and withholds the rest until it is released, as if they were still in transit.
/// </summary>
/// <param name="inner">The real lane, which must raise a signal.</param>
/// <param name="bytes">The number of bytes that it delivers before it is released.</param>
internal sealed class HeldLane(Lane inner, long bytes) : Lane
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _brought = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _left = bytes;
    private Action _raise = static () => { };
    private volatile bool _isReleased;

    /// <summary>Completes when the bytes before the release have been delivered.</summary>
    public Task Brought => _brought.Task;

    /// <summary>Completes when the lane's owner has closed it.</summary>
    public Task Disposed => _disposed.Task;

    public override int Descriptor => inner.Descriptor;

    /// <summary>Delivers the rest.</summary>
    public void Release()
    {
        _isReleased = true;
        Volatile.Read(ref _raise)();
    }

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent) =>
        inner.TrySend(head, body, out sent);

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        if (_isReleased)
        {
            return inner.TryReceive(destination, out received);
        }

        if (_left == 0)
        {
            return LaneOutcome.WouldBlock;
        }

        var outcome = inner.TryReceive(destination[..(int)Math.Min(destination.Length, _left)], out received);
        _left -= received;
        if (_left == 0)
        {
            _brought.TrySetResult();
        }

        return outcome;
    }

    public override void EndSending() => inner.EndSending();

    public override void AttachSignal(Action raise)
    {
        Volatile.Write(ref _raise, raise);
        inner.AttachSignal(raise);
    }

    public override void Dispose()
    {
        inner.Dispose();
        _disposed.TrySetResult();
    }
}
