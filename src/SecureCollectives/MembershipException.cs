namespace SecureCollectives;

/// <summary>
/// Thrown when a worker cannot join its job or open a communicator. The message says what happened, with which peer, and what to do.
/// </summary>
public sealed class MembershipException : Exception
{
    internal MembershipException(MembershipError error, string message, Exception? innerException = null)
        : base(message, innerException) =>
        Error = error;

    /// <summary>The reason for the failure.</summary>
    public MembershipError Error { get; }
}
