namespace SecureCollectives.CommandLine;

/// <summary>Why a verb's token fired.</summary>
internal enum EndCause
{
    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>SIGTERM, SIGHUP or SIGQUIT, or the launcher above this one has ended.</summary>
    Terminate,

    /// <summary>What this process prints reaches nobody.</summary>
    OutputLost,
}
