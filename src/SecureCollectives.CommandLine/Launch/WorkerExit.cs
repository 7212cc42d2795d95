namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// How and when (in UTC) a worker ended. <paramref name="Code"/> is 128 plus the signal's number if a signal ended it.
/// </summary>
internal sealed record WorkerExit(int Rank, int Code, DateTime Time)
{
    public bool IsFailure => Code != ExitCode.Success;

    public string Describe() => Code > ExitCode.SignalBase
        ? $"ended with exit code {Code} (signal {Code - ExitCode.SignalBase}{NameOf(Code - ExitCode.SignalBase)})"
        : $"ended with exit code {Code}";

    private static string NameOf(int signal) => signal switch
    {
        1 => ", SIGHUP",
        2 => ", SIGINT",
        3 => ", SIGQUIT",
        4 => ", SIGILL",
        6 => ", SIGABRT",
        7 => ", SIGBUS",
        8 => ", SIGFPE",
        9 => ", SIGKILL",
        11 => ", SIGSEGV",
        13 => ", SIGPIPE",
        15 => ", SIGTERM",
        _ => "",
    };
}
