using System.Diagnostics;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// One collective call as it passes through a loop. The object can be reused for later calls, so that calls allocate nothing.
/// </summary>
internal abstract class Operation
{
    private Schedule? _schedule;

    public Schedule Schedule => _schedule ?? throw new UnreachableException("An operation was started without a schedule.");

    /// <summary>Combines chunks; null if the schedule never reduces.</summary>
    public Reducer? Reducer { get; private set; }

    /// <summary>How long the operation may take once its turn in the queue has come.</summary>
    public TimeSpan Timeout { get; private set; }

    /// <summary>The time limit of the user's call; <see cref="Timeout"/> is what remains of it when the operation starts.</summary>
    public virtual TimeSpan CallTimeout => Timeout;

    /// <summary>The number of the operation in its communicator; valid once it is queued.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>
    /// Whether the operation has been queued since <see cref="Assign"/>. Accessed under the loop's gate once other threads know the
    /// operation.
    /// </summary>
    public bool IsQueued { get; private set; }

    /// <summary>Whether the caller's own thread drives the operation.</summary>
    public abstract bool CallerDriven { get; }

    /// <summary>Sets the next call.</summary>
    /// <param name="schedule">The schedule of this loop's part of the call.</param>
    /// <param name="reducer">Combines chunks; null if the schedule never reduces.</param>
    /// <param name="timeout">How long the operation may take once its turn in the queue has come.</param>
    public virtual void Assign(Schedule schedule, Reducer? reducer, TimeSpan timeout)
    {
        _schedule = schedule;
        Reducer = reducer;
        Timeout = timeout;
        IsQueued = false;
    }

    /// <summary>Assigns the number of the operation when it is queued.</summary>
    public void Queue(ulong sequence)
    {
        Sequence = sequence;
        IsQueued = true;
    }

    /// <summary>Returns views of the caller's memory, valid only while the calling method is on the stack.</summary>
    public abstract OperationBuffers OpenBuffers();

    /// <summary>Ends the operation. The loop no longer touches its buffers.</summary>
    /// <param name="failure">Why the operation failed; null for success.</param>
    public abstract void End(OperationFailure? failure);
}
