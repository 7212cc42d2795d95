namespace SecureCollectives.CommandLine;

/// <summary>Why a verb's token was cancelled.</summary>
internal enum EndCause
{
    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>SIGTERM, SIGHUP or SIGQUIT, or the launcher above this one has ended.</summary>
    Terminate,

    /// <summary>This process's output cannot be written, or has no reader.</summary>
    OutputLost,
}
