using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>What a rank says of the failure of a communicator.</summary>
/// <param name="Reason">What it saw, or was told by a neighbour.</param>
/// <param name="Suspect">Whom it holds responsible.</param>
/// <param name="Witness">Who saw it: the reporter, or whoever its neighbour named.</param>
/// <param name="Operation">The operation at which it happened.</param>
/// <param name="Step">The step at which it happened.</param>
/// <param name="Wait">What the reporter was waiting for.</param>
/// <param name="Detail">What exactly was seen, for people.</param>
internal sealed record FaultReport(AbortReason Reason, int Suspect, int Witness, ulong Operation, uint Step, LoopWait Wait, string Detail)
{
    /// <summary>Whether it is known for itself, whatever the other ranks see.</summary>
    public bool IsConclusive =>
        Reason is AbortReason.AuthenticationFailed or AbortReason.InternalError or AbortReason.ReductionFailed or AbortReason.CallMismatch
            or AbortReason.Cancelled;
}
