using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>The current operation of a loop, as its lanes see it. One per loop, reused for every operation.</summary>
/// <param name="worldSize">The number of ranks in the job, which bounds the ranks that a message may name.</param>
/// <param name="members">The number of ranks that take part.</param>
/// <param name="applied">The transfers that the operation has applied.</param>
internal sealed class CurrentOperation(int worldSize, int members, AppliedPositions applied)
{
    /// <summary>
    /// The number of operations whose calls are remembered. A peer's mismatched call may come to light only after this rank has completed
    /// its own.
    /// </summary>
    private const int Remembered = 16;

    private readonly (ulong Sequence, OperationDescriptor Call)[] _calls = new (ulong, OperationDescriptor)[Remembered];
    private Operation? _operation;

    public int WorldSize { get; } = worldSize;

    public int Members { get; } = members;

    public AppliedPositions Applied { get; } = applied;

    /// <summary>The furthest step reached, for use in messages.</summary>
    public uint Step { get; private set; }

    /// <summary>Whether an operation has begun on this communicator.</summary>
    public bool HasBegun => _operation is not null;

    public Operation Operation => _operation ?? throw new UnreachableException("No operation is running.");

    /// <summary>The number of the current operation; between operations, the number of the last one.</summary>
    public ulong Sequence { get; private set; }

    public Schedule Schedule { get; private set; } = null!;

    public void Begin(Operation operation)
    {
        _operation = operation;
        Schedule = operation.Schedule;
        Sequence = operation.Sequence;
        Step = 0;
        _calls[Sequence % Remembered] = (Sequence, Schedule.Descriptor);
    }

    /// <summary>Returns the call that this rank made in an operation; null if it is no longer remembered.</summary>
    public OperationDescriptor? CallAt(ulong sequence)
    {
        var (remembered, call) = _calls[sequence % Remembered];
        return remembered == sequence && HasBegun ? call : null;
    }

    public void ReachedStep(uint step) => Step = Math.Max(Step, step);
}
