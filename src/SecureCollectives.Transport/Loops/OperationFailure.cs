using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>Why a communicator failed. The first failure wins and stays.</summary>
/// <param name="Reason">What happened.</param>
/// <param name="Culprit">The rank held responsible.</param>
/// <param name="Operation">Sequence number of the operation at which it happened.</param>
/// <param name="Step">The step of that operation, counted over all windows.</param>
/// <param name="Reporter">The rank that saw it.</param>
/// <param name="Detail">What exactly was seen, for people.</param>
/// <param name="Cause">The exception behind an internal error.</param>
internal sealed record OperationFailure(
    AbortReason Reason, int Culprit, ulong Operation, uint Step, int Reporter, string Detail, Exception? Cause = null)
{
    /// <summary>
    /// The other rank, where the connection between two that both live is held responsible; null where one rank is. In a notice on a lane,
    /// which has no field for it, it takes the reporter's place: one of the two that lost each other.
    /// </summary>
    public int? OtherCulprit { get; init; }

    /// <summary>What a peer says, authenticated; who saw it stays named.</summary>
    /// <param name="notice">Its notice.</param>
    /// <param name="sender">The peer.</param>
    /// <param name="worldSize">Ranks of the communicator.</param>
    public static OperationFailure Told(in AbortMessage notice, int sender, int worldSize)
    {
        // What it says of others is its word alone; a rank outside the world can only be a lie about itself.
        var known = notice.Culprit < (uint)worldSize && notice.Reporter < (uint)worldSize;
        var culprit = known ? (int)notice.Culprit : sender;
        var reporter = known ? (int)notice.Reporter : sender;
        return new OperationFailure(
            notice.Reason, culprit, notice.Operation, notice.Step, reporter, FailureWords.Of(notice.Reason, culprit, reporter));
    }

    /// <summary>A rank leaves.</summary>
    public static OperationFailure Closed(int rank, ulong next) =>
        new(AbortReason.Closed, rank, next, 0, rank, "this communicator was disposed");

    /// <summary>The caller of an operation has cancelled it.</summary>
    public static OperationFailure Cancelled(int rank, ulong operation) =>
        new(AbortReason.Cancelled, rank, operation, 0, rank, $"rank {rank} cancelled the operation");

    /// <summary>Our own bug must not leave the other ranks waiting.</summary>
    public static OperationFailure Defect(int rank, ulong operation, Exception cause) =>
        InternalError(rank, operation, $"rank {rank} failed by a defect of this library: {cause.Message}", cause);

    /// <summary>The caller's own reduction has thrown.</summary>
    public static OperationFailure OfReduction(int rank, ulong operation, uint step, ReductionException exception) =>
        new(AbortReason.ReductionFailed, rank, operation, step, rank, $"{exception.Message} on rank {rank}: "
            + $"{exception.InnerException!.Message}", exception.InnerException);

    public static OperationFailure InternalError(int rank, ulong operation, string detail, Exception cause) =>
        new(AbortReason.InternalError, rank, operation, 0, rank, detail, cause);

    public AbortMessage ToAbortMessage() => new(Reason, (uint)Culprit, Operation, Step, (uint)(OtherCulprit ?? Reporter));
}
