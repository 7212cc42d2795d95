using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>One collective call on its way through a loop.</summary>
internal abstract class Operation(Schedule schedule, Reducer? reducer, TimeSpan timeout)
{
    public Schedule Schedule { get; } = schedule;

    /// <summary>Combines chunks; null where the schedule never reduces.</summary>
    public Reducer? Reducer { get; } = reducer;

    /// <summary>How long the operation may take from its turn in the queue.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The operation's number in its communicator; set when it is queued.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Whether the caller's own thread drives it.</summary>
    public abstract bool CallerDriven { get; }

    /// <summary>Views of the caller's memory, valid while the caller of this method is on the stack.</summary>
    public abstract OperationBuffers OpenBuffers();

    /// <summary>Ends the operation; the loop does not touch its buffers any more. Null means success.</summary>
    public abstract void End(OperationFailure? failure);
}
