namespace SecureCollectives.CommandLine;

/// <summary>Why this process is ending. Process-wide, because signals and standard streams are.</summary>
internal static class ProgramEnd
{
    public static EndCause Cause => StandardStreams.OfProcess.Failure is not null ? EndCause.OutputLost
        : TerminationSignals.ReceivedByProcess is { } signal && signal != TerminationSignals.Sigint ? EndCause.Terminate
        : EndCause.Interrupt;
}
