using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// A lane over one streaming gRPC call, with at most one read and one write in progress, whose completions wake the loop.
/// </summary>
/// <remarks>
/// Disposing ends the lane in the background: pending bytes are still sent, the peer is notified of the end, and a peer that does not end
/// its side is cut off after a while. <see cref="Closed"/> completes when that is done.
/// </remarks>
internal sealed class GrpcLane : Lane
{
    /// <summary>
    /// How long a disposed lane waits for the peer to end it too. Cutting the peer off discards bytes that it has received but not read,
    /// and the last of those usually say why this side is leaving. So the wait is longer than any delay that a busy machine causes a
    /// process. In an orderly end both sides leave at about the same time and neither waits. The wait is bounded because a peer may be idle
    /// for hours. Unauthenticated peers are cut off immediately instead, and a transport that is being disposed waits less for its lanes.
    /// </summary>
    private static readonly TimeSpan DefaultLinger = TimeSpan.FromSeconds(5);

    private const int DiscardLength = 4096;

    private readonly LaneSignal _signal = new();
    private readonly SemaphoreSlim _moved = new(0);
    private readonly LaneCall _call;
    private readonly LaneInput _input;
    private readonly LaneOutput _output;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _linger;
    private int _disposed;

    /// <param name="call">A started call; owned by the lane.</param>
    /// <param name="linger">How long a disposed lane waits for the peer to end it too; 5 s by default.</param>
    public GrpcLane(LaneCall call, TimeSpan? linger = null)
    {
        _linger = linger ?? DefaultLinger;
        _call = call;
        _input = new LaneInput(call, _signal);
        _output = new LaneOutput(call, _signal);
    }

    public override int Descriptor => -1;

    /// <summary>Completes when the lane has been disposed and its call is over.</summary>
    public Task Closed => _closed.Task;

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent) =>
        _output.TrySend(head, body, out sent);

    public override LaneOutcome TryReceive(Span<byte> destination, out int received) => _input.TryReceive(destination, out received);

    public override void EndSending() => _output.EndSending();

    /// <summary>Hands the lane to a loop. The loop may leave it unread for a long time, so the lane reads ahead from now on.</summary>
    public override void AttachSignal(Action raise)
    {
        _signal.Attach(raise);
        _input.TakeAhead();
    }

    /// <summary>Fills the destination. For use before a loop drives the lane.</summary>
    /// <returns>False if the lane ended first.</returns>
    public async Task<bool> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        _signal.Attach(() => _moved.Release());
        for (var count = 0; count < destination.Length;)
        {
            switch (TryReceive(destination.Span[count..], out var received))
            {
                case LaneOutcome.Moved:
                    count += received;
                    break;
                case LaneOutcome.WouldBlock:
                    await _moved.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>Cuts the lane off, on both sides.</summary>
    public void Abort() => _call.Abort();

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _output.EndSending();
            _ = Task.Run(CloseAsync);
        }
    }

    private async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(_linger);
        try
        {
            await _output.Drained.WaitAsync(limit.Token).ConfigureAwait(false);
            var discarded = new byte[DiscardLength];
            while (await ReceiveAsync(discarded, limit.Token).ConfigureAwait(false))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The peer does not end its side; the reset tells it that this side is gone.
            _call.Abort();
        }
        finally
        {
            await _call.DisposeAsync().ConfigureAwait(false);
            _closed.TrySetResult();
        }
    }
}
