namespace SecureCollectives.CommandLine;

/// <summary>Ends a verb with a one-line message to the user, without a stack trace.</summary>
internal sealed class CommandFailureException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
