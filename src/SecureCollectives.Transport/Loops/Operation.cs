using System.Diagnostics;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// One collective call on its way through a loop. The object may serve one call after another, so that calls allocate nothing.
/// </summary>
internal abstract class Operation
{
    private Schedule? _schedule;

    public Schedule Schedule => _schedule ?? throw new UnreachableException("An operation was started without a schedule.");

    /// <summary>Combines chunks; null where the schedule never reduces.</summary>
    public Reducer? Reducer { get; private set; }

    /// <summary>How long the operation may take from its turn in the queue.</summary>
    public TimeSpan Timeout { get; private set; }

    /// <summary>The limit of the user's call; <see cref="Timeout"/> is what remains of it when the operation starts.</summary>
    public virtual TimeSpan CallTimeout => Timeout;

    /// <summary>The operation's number in its communicator; meaningful once it is queued.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>
    /// Whether it has been queued since <see cref="Assign"/>. Read and changed under the loop's gate once others know the operation.
    /// </summary>
    public bool IsQueued { get; private set; }

    /// <summary>Whether the caller's own thread drives it.</summary>
    public abstract bool CallerDriven { get; }

    /// <summary>Says what the next call is.</summary>
    /// <param name="schedule">The collective.</param>
    /// <param name="reducer">Combines chunks; null where the schedule never reduces.</param>
    /// <param name="timeout">How long the operation may take from its turn in the queue.</param>
    public virtual void Assign(Schedule schedule, Reducer? reducer, TimeSpan timeout)
    {
        _schedule = schedule;
        Reducer = reducer;
        Timeout = timeout;
        IsQueued = false;
    }

    /// <summary>Takes its number.</summary>
    public void Queue(ulong sequence)
    {
        Sequence = sequence;
        IsQueued = true;
    }

    /// <summary>Views of the caller's memory, valid while the caller of this method is on the stack.</summary>
    public abstract OperationBuffers OpenBuffers();

    /// <summary>Ends the operation; the loop does not touch its buffers any more. Null means success.</summary>
    public abstract void End(OperationFailure? failure);
}
