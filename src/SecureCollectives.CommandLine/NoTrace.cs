using System.CommandLine;
using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>
/// Shields this process from other processes of the same user: no debugger, no access to /proc/PID/mem, /proc/PID/fd or
/// /proc/PID/map_files, no core dump. See PR_SET_DUMPABLE in prctl(2). Programs that this one starts do not inherit it.
/// </summary>
internal static partial class NoTrace
{
    private const int SetDumpable = 4;

    public static Option<bool> CreateOption() => new("--no-trace")
    {
        Description = "Protect this process from other processes of this user: no debugger, no core dump.",
    };

    /// <exception cref="CommandFailureException">The system refuses. The verb must not run without the protection that was
    /// requested.</exception>
    public static void ApplyIf(bool isWanted)
    {
        if (isWanted && Control(SetDumpable, 0, 0, 0, 0) != 0)
        {
            throw new CommandFailureException(
                ExitCode.Failed, $"--no-trace: the system refused PR_SET_DUMPABLE (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);
}
