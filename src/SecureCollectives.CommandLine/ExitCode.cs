namespace SecureCollectives.CommandLine;

/// <summary>The exit codes of all verbs. After a signal it is 128 plus the number of the signal.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>
    /// The command line or the configuration is wrong: nothing was attempted, and another attempt would fail in the same way.
    /// </summary>
    public const int Usage = 2;

    /// <summary>The run failed, or its output was lost.</summary>
    public const int Failed = 3;

    /// <summary>
    /// Added to the number of the signal. 141 (SIGPIPE) also means that the reader of the output ended before the verb did.
    /// </summary>
    public const int SignalBase = 128;

    /// <summary>
    /// What the user must correct is <see cref="Usage"/>; what the network or another process caused is <see cref="Failed"/>.
    /// </summary>
    public static int Of(MembershipError error) => error switch
    {
        MembershipError.Configuration or MembershipError.Identity or MembershipError.Address or MembershipError.Refused
            or MembershipError.ParametersDiffer => Usage,
        _ => Failed,
    };
}
