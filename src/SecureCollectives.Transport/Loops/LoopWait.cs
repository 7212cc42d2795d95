using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>What a loop waits for at a moment.</summary>
/// <param name="Operation">The operation that runs; where none does, the number of the next.</param>
/// <param name="Step">The step of it that is waited for.</param>
/// <param name="WaitedFor">The rank that is waited for; null where none is.</param>
/// <param name="IsRunning">Whether an operation runs.</param>
/// <param name="Elapsed">How long it has been running.</param>
/// <param name="Call">Which collective runs, with all that must be the same on all ranks; null where none does.</param>
internal readonly record struct LoopWait(ulong Operation, uint Step, int? WaitedFor, bool IsRunning, TimeSpan Elapsed, OperationDescriptor? Call = null)
{
    public static LoopWait Idle(ulong next) => new(next, 0, null, false, TimeSpan.Zero);
}
