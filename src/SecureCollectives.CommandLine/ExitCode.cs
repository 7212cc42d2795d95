namespace SecureCollectives.CommandLine;

/// <summary>The exit codes of all verbs. After a signal, the exit code is 128 plus the signal's number.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>
    /// The command line or the configuration is wrong: nothing was attempted, and a retry would fail in the same way.
    /// </summary>
    public const int Usage = 2;

    /// <summary>The run failed, or its output was lost.</summary>
    public const int Failed = 3;

    /// <summary>
    /// Added to the signal's number. 141 (SIGPIPE) also means that the output's reader went away before the verb had finished.
    /// </summary>
    public const int SignalBase = 128;

    /// <summary>
    /// Errors that the user must correct map to <see cref="Usage"/>; those caused by the network or another process map to
    /// <see cref="Failed"/>.
    /// </summary>
    public static int Of(MembershipError error) => error switch
    {
        MembershipError.Configuration or MembershipError.Identity or MembershipError.Address or MembershipError.Refused
            or MembershipError.ParametersDiffer => Usage,
        _ => Failed,
    };
}
