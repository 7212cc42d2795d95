using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>What a loop waits for at a moment.</summary>
/// <param name="Operation">The operation that runs; where none does, the number of the next.</param>
/// <param name="Step">The step of it that is waited for.</param>
/// <param name="WaitedFor">The rank that is waited for, by the operation or, where none runs, by a call of Send or Receive; null where none
/// is.</param>
/// <param name="IsRunning">Whether an operation runs.</param>
/// <param name="Elapsed">How long it has been running, or the call of Send or Receive has waited.</param>
/// <param name="Call">Which collective runs, with all that must be the same on all ranks; null where none does.</param>
internal readonly record struct LoopWait(
    ulong Operation, uint Step, int? WaitedFor, bool IsRunning, TimeSpan Elapsed, OperationDescriptor? Call = null)
{
    /// <summary>Whether no operation runs, and a rank's Send or Receive is waited for.</summary>
    public bool IsForMessage => !IsRunning && WaitedFor is not null;

    public static LoopWait Idle(ulong next) => new(next, 0, null, false, TimeSpan.Zero);

    /// <summary>
    /// What a communicator waits for whose loops wait for these: whatever keeps its earliest operation waiting. Where none runs, the first
    /// says which is next.
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
