using SecureCollectives.Transport.Loops;

namespace SecureCollectives;

/// <summary>
/// A collective failed, on this rank or another. The communicator that threw it refuses further use with the same reason; its buffers'
/// content is unspecified.
/// </summary>
/// <remarks>Ranks are those of the job, also where the communicator is of some of them.</remarks>
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

    /// <summary>What happened.</summary>
    public CollectiveError Error { get; }

    /// <summary>The rank held responsible; where it is the connection between two ranks, the lower of them.</summary>
    public int Culprit { get; }

    /// <summary>
    /// The higher rank where the connection between two ranks is held responsible, since both are alive and have lost each other: the
    /// network between them has failed. Null where
    /// <see cref="Culprit"/> alone is held responsible.
    /// </summary>
    public int? OtherCulprit { get; }

    /// <summary>The rank that saw it happen.</summary>
    public int Reporter { get; }

    /// <summary>
    /// Sequence number of the operation at which it happened. 0 where it happened in none of the calls that all ranks make: in Send or
    /// Receive, in a call that was abandoned before it began everywhere, or when the communicator was opened.
    /// </summary>
    public long Operation { get; }

    /// <summary>Step of that operation, counted over all windows.</summary>
    public long Step { get; }

    private static string Place(OperationFailure failure) =>
        failure.Operation == 0 ? string.Empty : $" at operation {failure.Operation}, step {failure.Step}";
}
