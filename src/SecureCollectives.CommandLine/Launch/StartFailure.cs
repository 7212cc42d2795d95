using System.ComponentModel;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Explains why the system could not start a process, and what to do if a limit was reached.</summary>
internal static class StartFailure
{
    private const int TryAgain = 11;
    private const int OutOfMemory = 12;
    private const int TooManyInSystem = 23;
    private const int TooManyInProcess = 24;

    /// <summary>Returns one or two sentences that can follow a colon.</summary>
    public static string Describe(Win32Exception failure) => failure.NativeErrorCode switch
    {
        TryAgain => "this user cannot start more processes or threads. "
            + "Raise the limit (ulimit -u, or the container's pids limit), or start fewer workers.",
        OutOfMemory => "there is not enough memory. Start fewer workers.",
        TooManyInSystem => "the system has run out of file descriptors. Close other programs, or raise fs.file-max.",
        TooManyInProcess => "this process has run out of file descriptors. Raise the limit (ulimit -n), or start fewer workers.",
        _ => $"{failure.Message}.",
    };
}
