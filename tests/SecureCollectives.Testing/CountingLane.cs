using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>A lane that counts the bytes sent and signals when its loop is about to sleep.</summary>
/// <param name="inner">The real lane, which must raise a signal.</param>
internal sealed class CountingLane(Lane inner) : Lane
{
    private readonly TaskCompletionSource _slept = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Completes when the loop first prepares to sleep.</summary>
    public Task Slept => _slept.Task;

    public override int Descriptor => inner.Descriptor;

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        var outcome = inner.TrySend(head, body, out sent);
        Sent += sent;
        return outcome;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received) => inner.TryReceive(destination, out received);

    public override void EndSending() => inner.EndSending();

    public override void AttachSignal(Action raise) => inner.AttachSignal(raise);

    public override void PrepareToSleep()
    {
        inner.PrepareToSleep();
        _slept.TrySetResult();
    }

    public override void Awake(bool isReady) => inner.Awake(isReady);

    public override void Dispose() => inner.Dispose();
}
