using System.Diagnostics;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>An operation driven by its caller's own thread, with buffers that live on that thread's stack.</summary>
internal sealed class CallerOperation : Operation, IDisposable
{
    private readonly ManualResetEventSlim _turn = new();
    private bool _ended;

    public override bool CallerDriven => true;

    /// <summary>Why the operation failed; null if it succeeded.</summary>
    public OperationFailure? Failure { get; private set; }

    public override void Assign(Schedule schedule, Reducer? reducer, TimeSpan timeout)
    {
        base.Assign(schedule, reducer, timeout);
        Failure = null;
        _ended = false;
        _turn.Reset();
    }

    /// <summary>Passes the baton to the caller's thread.</summary>
    public void GiveTurn() => _turn.Set();

    /// <summary>Waits for the baton.</summary>
    /// <returns>True if the caller holds the baton; false if the operation ended before its turn.</returns>
    public bool WaitForTurn()
    {
        _turn.Wait();
        return !_ended;
    }

    public override OperationBuffers OpenBuffers() => throw new UnreachableException("The caller supplies the buffers.");

    public override void End(OperationFailure? failure)
    {
        Failure = failure;
        _ended = true;
        _turn.Set();
    }

    public void Dispose() => _turn.Dispose();
}
