using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>Why a communicator failed. The first failure is final.</summary>
/// <param name="Reason">What happened, as abort frames state it.</param>
/// <param name="Culprit">The rank held responsible, as numbered in the job; one of two if <see cref="OtherCulprit"/> is set.</param>
/// <param name="Operation">The number of the operation in which the failure occurred.</param>
/// <param name="Step">The step of that operation, counted over all windows.</param>
/// <param name="Reporter">The rank that observed the failure, as numbered in the job.</param>
/// <param name="Detail">What exactly was observed, in words, for exceptions and logs.</param>
/// <param name="Cause">The exception behind an internal error; null for none.</param>
internal sealed record OperationFailure(
    AbortReason Reason, int Culprit, ulong Operation, uint Step, int Reporter, string Detail, Exception? Cause = null)
{
    /// <summary>
    /// The other rank, if the connection between two live ranks is to blame; null if a single rank is. An abort frame has no field for it,
    /// so there it replaces the reporter, which is one of the two ranks that lost each other.
    /// </summary>
    public int? OtherCulprit { get; init; }

    /// <summary>Returns the failure that a peer reports in an authenticated abort; it names the rank that observed it.</summary>
    /// <param name="abort">The peer's abort, whose statements about other ranks are only the peer's claims.</param>
    /// <param name="sender">The peer's rank, which is blamed if the abort names a rank outside the job.</param>
    /// <param name="worldSize">The number of ranks that may be named.</param>
    public static OperationFailure Told(in AbortMessage abort, int sender, int worldSize)
    {
        // An abort that names a rank outside the job is the peer's own fault.
        var known = abort.Culprit < (uint)worldSize && abort.Reporter < (uint)worldSize;
        var culprit = known ? (int)abort.Culprit : sender;
        var reporter = known ? (int)abort.Reporter : sender;
        return new OperationFailure(
            abort.Reason, culprit, abort.Operation, abort.Step, reporter, FailureWords.Of(abort.Reason, culprit, reporter));
    }

    /// <summary>Returns the failure for a rank that is leaving.</summary>
    public static OperationFailure Closed(int rank, ulong next) =>
        new(AbortReason.Closed, rank, next, 0, rank, "this communicator was disposed");

    /// <summary>Returns the failure for an operation cancelled by its caller.</summary>
    public static OperationFailure Cancelled(int rank, ulong operation) =>
        new(AbortReason.Cancelled, rank, operation, 0, rank, $"rank {rank} cancelled the operation");

    /// <summary>Returns the failure for a defect in this library, which must not leave the other ranks waiting.</summary>
    public static OperationFailure Defect(int rank, ulong operation, Exception cause) =>
        InternalError(rank, operation, $"rank {rank} failed because of a defect in this library: {cause.Message}", cause);

    /// <summary>Returns the failure for a user-defined reduction that has thrown.</summary>
    public static OperationFailure OfReduction(int rank, ulong operation, uint step, ReductionException exception) =>
        new(AbortReason.ReductionFailed, rank, operation, step, rank, $"{exception.Message} on rank {rank}: "
            + $"{exception.InnerException!.Message}", exception.InnerException);

    public static OperationFailure InternalError(int rank, ulong operation, string detail, Exception cause) =>
        new(AbortReason.InternalError, rank, operation, 0, rank, detail, cause);

    public AbortMessage ToAbortMessage() => new(Reason, (uint)Culprit, Operation, Step, (uint)(OtherCulprit ?? Reporter));
}
