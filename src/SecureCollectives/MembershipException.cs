namespace SecureCollectives;

/// <summary>
/// A worker could not join its job or open a communicator. The message says what happened, with whom, and what can be done.
/// </summary>
public sealed class MembershipException : Exception
{
    internal MembershipException(MembershipError error, string message, Exception? innerException = null)
        : base(message, innerException) =>
        Error = error;

    /// <summary>What happened.</summary>
    public MembershipError Error { get; }
}
