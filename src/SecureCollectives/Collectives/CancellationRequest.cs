using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Collectives;

/// <summary>
/// Turns the cancellation of one operation into an abort of its communicator, because the other ranks are in the middle of the same
/// operation and cannot continue. Can be reused for one operation after another.
/// </summary>
internal sealed class CancellationRequest(ChannelSet channels)
{
    private const int Open = 0;
    private const int Fired = 1;
    private const int Ended = 2;

    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private Operation? _operation;
    private int _state = Ended;

    /// <summary>Whether no callback of the last watch is outstanding; only then may another watch start.</summary>
    public bool IsOver { get; private set; }

    /// <summary>
    /// Starts watching the token. Call it before the operation is queued, so that a callback always finds its communicator.
    /// </summary>
    /// <param name="operation">The call's part in channel 0; if the token fires before it ends, the communicator is aborted.</param>
    /// <param name="token">The caller's token; one that cannot be cancelled is not watched.</param>
    public void Watch(Operation operation, CancellationToken token)
    {
        _operation = operation;
        _token = token;
        IsOver = false;
        Volatile.Write(ref _state, Open);
        _registration = token.CanBeCanceled ? token.UnsafeRegister(static state => ((CancellationRequest)state!).Fire(), this) : default;
    }

    /// <summary>Ends the watch.</summary>
    /// <param name="failure">Why the operation failed; null if it did not.</param>
    /// <returns>Whether the token fired before this, for this operation or for an earlier one.</returns>
    public bool EndAndTestFired(OperationFailure? failure)
    {
        // A single token can cancel many queued operations: its first callback ends all of them before the other callbacks run.
        var fired = Interlocked.CompareExchange(ref _state, Ended, Open) == Fired
            || (_token.IsCancellationRequested && failure is { Reason: AbortReason.Cancelled } && failure.Culprit == channels.Rank);

        // Do not wait for a running callback: it will find that the watch has ended. No other watch may start until it has finished.
        IsOver = !_token.CanBeCanceled || _registration.Unregister();
        return fired;
    }

    public OperationCanceledException ToException() =>
        new("The operation was cancelled; its communicator was aborted on all ranks.", _token);

    private void Fire()
    {
        if (Interlocked.CompareExchange(ref _state, Fired, Open) == Open)
        {
            channels.Cancel(_operation!);
        }
    }
}
