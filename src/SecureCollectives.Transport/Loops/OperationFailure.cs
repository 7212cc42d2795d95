using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>Why a communicator failed. The first failure wins and stays.</summary>
/// <param name="Reason">What happened.</param>
/// <param name="Culprit">The rank held responsible.</param>
/// <param name="Operation">Sequence number of the operation at which it happened.</param>
/// <param name="Step">The step of that operation, counted over all windows.</param>
/// <param name="Reporter">The rank that saw it.</param>
/// <param name="Detail">What exactly was seen, for people.</param>
/// <param name="Cause">The exception behind an internal error.</param>
internal sealed record OperationFailure(AbortReason Reason, int Culprit, ulong Operation, uint Step, int Reporter, string Detail, Exception? Cause = null)
{
    /// <summary>Whether this is why the other came about; of two time-outs, the one at the earlier place is.</summary>
    public bool Explains(OperationFailure other) =>
        other.Reason == AbortReason.TimedOut
        && (Reason != AbortReason.TimedOut || (Operation, Step, Culprit).CompareTo((other.Operation, other.Step, other.Culprit)) < 0);

    public AbortNotice ToNotice() => new(Reason, (uint)Culprit, Operation, Step, (uint)Reporter);
}
