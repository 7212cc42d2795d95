using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>What a loop is waiting for at a given moment.</summary>
/// <param name="Operation">The number of the running operation, or of the next one if none runs.</param>
/// <param name="Step">The awaited step of the operation.</param>
/// <param name="WaitedFor">The rank that the operation, or a Send or Receive call if none runs, is waiting for; null if none.</param>
/// <param name="IsRunning">Whether an operation is running.</param>
/// <param name="Elapsed">How long the operation has been running, or the Send or Receive call has been waiting.</param>
/// <param name="Call">The running collective with everything that must be the same on all ranks; null if none is running.</param>
internal readonly record struct LoopWait(
    ulong Operation, uint Step, int? WaitedFor, bool IsRunning, TimeSpan Elapsed, OperationDescriptor? Call = null)
{
    /// <summary>Whether no operation is running and a rank's Send or Receive is awaited.</summary>
    public bool IsForMessage => !IsRunning && WaitedFor is not null;

    /// <summary>Returns the state of a loop without an operation.</summary>
    public static LoopWait Idle(ulong next) => new(next, 0, null, false, TimeSpan.Zero);

    /// <summary>
    /// Returns what a communicator is waiting for, given what its loops are waiting for: whatever delays its earliest operation. If none is
    /// running, the first loop provides the number of the next.
    /// </summary>
    public static LoopWait Earliest(ReadOnlySpan<LoopWait> waits)
    {
        var earliest = waits[0];
        foreach (ref readonly var wait in waits[1..])
        {
            if (wait.IsRunning && (!earliest.IsRunning || wait.ComesBefore(earliest)))
            {
                earliest = wait;
            }
        }

        return earliest;
    }

    private bool ComesBefore(in LoopWait other) =>
        Operation < other.Operation
        || (Operation == other.Operation && WaitedFor is not null && (other.WaitedFor is null || Step < other.Step));
}
