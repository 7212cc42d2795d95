namespace SecureCollectives.CommandLine;

/// <summary>The exit codes of every verb. A process ended by a signal has 128 + its number instead.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The call or the configuration is wrong: nothing was attempted, and a second try would end the same way.</summary>
    public const int Usage = 2;

    /// <summary>The run was attempted and failed, or what it printed was lost.</summary>
    public const int Failed = 3;

    /// <summary>141, by SIGPIPE's number, also says that the reader of the output ended before the verb did.</summary>
    public const int SignalBase = 128;

    /// <summary>What somebody has to set right is usage; what a network or another process did is a failed run.</summary>
    public static int Of(MembershipError error) => error switch
    {
        MembershipError.Configuration or MembershipError.Identity or MembershipError.Address or MembershipError.Refused
            or MembershipError.ParametersDiffer => Usage,
        _ => Failed,
    };
}
