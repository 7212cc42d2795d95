using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>The operation that a loop is at, as its lanes see it. One per loop, used again for each operation.</summary>
/// <param name="worldSize">Ranks that can be named.</param>
/// <param name="members">Ranks that take part.</param>
/// <param name="applied">What the operation has applied so far.</param>
internal sealed class CurrentOperation(int worldSize, int members, AppliedPositions applied)
{
    /// <summary>
    /// Calls of so many operations are remembered: a peer that made another one may be noticed after this rank has ended its own.
    /// </summary>
    private const int Remembered = 16;

    private readonly (ulong Sequence, OperationDescriptor Call)[] _calls = new (ulong, OperationDescriptor)[Remembered];
    private Operation? _operation;

    public int WorldSize { get; } = worldSize;

    public int Members { get; } = members;

    public AppliedPositions Applied { get; } = applied;

    /// <summary>The furthest step that was reached, for messages.</summary>
    public uint Step { get; private set; }

    /// <summary>Whether an operation has begun on this communicator.</summary>
    public bool HasBegun => _operation is not null;

    public Operation Operation => _operation ?? throw new UnreachableException("No operation is running.");

    /// <summary>Its number; that of the last one between operations.</summary>
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

    /// <summary>What this rank called at an operation; null where that is not remembered any more.</summary>
    public OperationDescriptor? CallAt(ulong sequence)
    {
        var (remembered, call) = _calls[sequence % Remembered];
        return remembered == sequence && HasBegun ? call : null;
    }

    public void ReachedStep(uint step) => Step = Math.Max(Step, step);
}
