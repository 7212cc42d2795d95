using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>A lane that blocks its loop's thread in the first receive until it is released.</summary>
/// <param name="inner">The real lane.</param>
internal sealed class StuckLane(Lane inner) : Lane
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _let = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the thread is blocked.</summary>
    public Task Entered => _entered.Task;

    public override int Descriptor => inner.Descriptor;

    /// <summary>Releases the thread.</summary>
    public void Let() => _let.TrySetResult();

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent) =>
        inner.TrySend(head, body, out sent);

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        _entered.TrySetResult();
        _let.Task.Wait(TimeSpan.FromMinutes(1));
        return inner.TryReceive(destination, out received);
    }

    public override void EndSending() => inner.EndSending();

    public override void AttachSignal(Action raise) => inner.AttachSignal(raise);

    public override void Dispose() => inner.Dispose();
}
