using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Collectives;

/// <summary>
/// Turns a token's cancellation of one operation into the abort of its communicator: the other ranks are in the middle of the same operation and cannot go on.
/// </summary>
internal sealed class CancellationRequest(Loop loop, int rank, CancellationToken token)
{
    private const int Open = 0;
    private const int Fired = 1;
    private const int Ended = 2;

    private CancellationTokenRegistration _registration;
    private Operation? _operation;
    private int _state;

    /// <summary>Watches the token from now on; at once if it has fired already.</summary>
    public void Watch(Operation operation)
    {
        _operation = operation;
        _registration = token.UnsafeRegister(static state => ((CancellationRequest)state!).Fire(), this);
        Interlocked.MemoryBarrier(); // Either this sees the end, or the end sees the registration.
        if (Volatile.Read(ref _state) == Ended)
        {
            _registration.Dispose();
        }
    }

    /// <summary>Ends the watch.</summary>
    /// <param name="failure">How the operation ended.</param>
    /// <returns>Whether the token fired before, or ended an operation before this one.</returns>
    public bool EndAndTestFired(OperationFailure? failure)
    {
        // One token can stand for many queued operations; the first of its callbacks ends them all before the others have run.
        var fired = Interlocked.CompareExchange(ref _state, Ended, Open) == Fired
            || (token.IsCancellationRequested && failure is { Reason: AbortReason.Cancelled } && failure.Culprit == rank);
        _registration.Unregister(); // Does not wait for a callback that runs: it would find the state ended.
        return fired;
    }

    public OperationCanceledException ToException() => new("The operation was cancelled; its communicator was aborted on all ranks.", token);

    private void Fire()
    {
        if (Interlocked.CompareExchange(ref _state, Fired, Open) == Open)
        {
            loop.Abort(new OperationFailure(
                AbortReason.Cancelled, rank, _operation!.Sequence, 0, rank, $"rank {rank} cancelled the operation"));
        }
    }
}
