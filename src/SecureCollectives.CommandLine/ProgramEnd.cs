namespace SecureCollectives.CommandLine;

/// <summary>Why this process is to end. Signals and standard streams belong to the process, so their state does, too.</summary>
internal static class ProgramEnd
{
    public static EndCause Cause => StandardStreams.OfProcess.Failure is not null ? EndCause.OutputLost
        : TerminationSignals.ReceivedByProcess is { } signal && signal != TerminationSignals.Sigint ? EndCause.Terminate
        : EndCause.Interrupt;
}
