using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>A rank's report that a communicator has failed.</summary>
/// <param name="Reason">What the rank observed or learned from a neighbour.</param>
/// <param name="Suspect">The rank that it holds responsible.</param>
/// <param name="Witness">The rank that observed it: the reporter, or the rank that its neighbour named.</param>
/// <param name="Operation">The operation that failed.</param>
/// <param name="Step">The step of that operation, counted across all windows.</param>
/// <param name="Wait">What the reporter was waiting for when its communicator failed.</param>
/// <param name="Detail">A description of exactly what was observed, for exceptions and logs.</param>
internal sealed record FaultReport(AbortReason Reason, int Suspect, int Witness, ulong Operation, uint Step, LoopWait Wait, string Detail)
{
    /// <summary>Whether the report is conclusive by itself, whatever the other ranks observe.</summary>
    public bool IsConclusive =>
        Reason is AbortReason.AuthenticationFailed or AbortReason.InternalError or AbortReason.ReductionFailed or AbortReason.CallMismatch
            or AbortReason.Cancelled;
}
