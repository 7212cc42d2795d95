namespace SecureCollectives.CommandLine.Launch;

/// <summary>How and when a worker ended. <paramref name="Code"/> is 128 + the signal if a signal ended it.</summary>
internal sealed record WorkerExit(int Rank, int Code, DateTime Time)
{
    public bool IsFailure => Code != ExitCode.Success;

    public string Describe() => Code > ExitCode.SignalBase
        ? $"ended with exit code {Code} (signal {Code - ExitCode.SignalBase}{NameOf(Code - ExitCode.SignalBase)})"
        : $"ended with exit code {Code}";

    private static string NameOf(int signal) => signal switch
    {
        2 => ", SIGINT",
        6 => ", SIGABRT",
        9 => ", SIGKILL",
        11 => ", SIGSEGV",
        15 => ", SIGTERM",
        _ => "",
    };
}
