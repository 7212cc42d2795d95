using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>The explanation of a communicator's failure, the same for all ranks. It does not exclude any rank from the job.</summary>
/// <param name="Reason">Why the communicator failed.</param>
/// <param name="Culprit">The rank held responsible, or the lower of a pair.</param>
/// <param name="Other">The higher rank of the pair; null if one rank is held responsible.</param>
/// <param name="Witness">The rank that observed the failure.</param>
/// <param name="Operation">The operation that failed.</param>
/// <param name="Step">The step of that operation, counted across all windows.</param>
/// <param name="Detail">The explanation in words, the same on all ranks.</param>
internal sealed record Verdict(AbortReason Reason, int Culprit, int? Other, int Witness, ulong Operation, uint Step, string Detail)
{
    public OperationFailure ToFailure(Exception? cause) =>
        new(Reason, Culprit, Operation, Step, Witness, Detail, cause) { OtherCulprit = Other };

    public static Verdict OfPair(AbortReason reason, int one, int other, int witness, ulong operation, uint step, string detail) =>
        new(reason, Math.Min(one, other), Math.Max(one, other), witness, operation, step, detail);
}
