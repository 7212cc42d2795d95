namespace SecureCollectives.CommandLine;

/// <summary>Why a verb's token was cancelled.</summary>
internal enum EndCause
{
    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>SIGTERM, SIGHUP or SIGQUIT, or the launcher above this one has ended.</summary>
    Terminate,

    /// <summary>The output of this process cannot be written, or nobody reads it.</summary>
    OutputLost,
}
