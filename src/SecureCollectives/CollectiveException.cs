using SecureCollectives.Transport.Loops;

namespace SecureCollectives;

/// <summary>
/// Thrown when a collective fails on this rank or on another. The communicator then rejects further use with the same error, and the
/// contents of the call's output buffers are unspecified.
/// </summary>
/// <remarks>Ranks are numbered as in the job, even if the communicator has only some of the job's ranks.</remarks>
public sealed class CollectiveException : Exception
{
    internal CollectiveException(string communicator, OperationFailure failure)
        : base($"Communicator '{communicator}' failed{Place(failure)}: {failure.Detail}.", failure.Cause)
    {
        Error = (CollectiveError)failure.Reason;
        Culprit = failure.Culprit;
        OtherCulprit = failure.OtherCulprit;
        Reporter = failure.Reporter;
        Operation = checked((long)failure.Operation);
        Step = failure.Step;
    }

    /// <summary>The reason for the failure.</summary>
    public CollectiveError Error { get; }

    /// <summary>The rank held responsible; the lower of two ranks if the connection between them is held responsible.</summary>
    public int Culprit { get; }

    /// <summary>
    /// The higher rank if the connection between two ranks is held responsible: both are alive but have lost contact with each other, so
    /// the network between them has failed. Null if <see cref="Culprit"/> alone is held responsible.
    /// </summary>
    public int? OtherCulprit { get; }

    /// <summary>The rank that observed the failure.</summary>
    public int Reporter { get; }

    /// <summary>
    /// The sequence number of the operation that failed. 0 if the failure was not in a collective but in Send or Receive, in a call that
    /// was abandoned before it had started on all ranks, or during the opening of the communicator.
    /// </summary>
    public long Operation { get; }

    /// <summary>The step at which the operation failed, counted across all windows.</summary>
    public long Step { get; }

    private static string Place(OperationFailure failure) =>
        failure.Operation == 0 ? string.Empty : $" at operation {failure.Operation}, step {failure.Step}";
}
