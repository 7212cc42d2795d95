using System.ComponentModel;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Why the system would not start a process, with what to do where a limit was met.</summary>
internal static class StartFailure
{
    private const int TryAgain = 11;
    private const int OutOfMemory = 12;
    private const int TooManyInSystem = 23;
    private const int TooManyInProcess = 24;

    /// <summary>A sentence or two, for after a colon.</summary>
    public static string Describe(Win32Exception failure) => failure.NativeErrorCode switch
    {
        TryAgain => "no process or thread is left for this user. Raise the limit (ulimit -u, or the container's pids limit), or start "
            + "fewer workers.",
        OutOfMemory => "there is not enough memory. Start fewer workers.",
        TooManyInSystem => "the system has no file descriptor left (fs.file-max). Close other programs or raise it.",
        TooManyInProcess => "this process has no file descriptor left. Raise the limit (ulimit -n), or start fewer workers.",
        _ => $"{failure.Message}.",
    };
}
