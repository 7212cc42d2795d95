using System.CommandLine;
using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine;

/// <summary>
/// Closes this process to others of the same user: no debugger, no look into /proc/PID/mem, /proc/PID/fd or /proc/PID/map_files, no core
/// dump. PR_SET_DUMPABLE of prctl(2); a program that this one starts decides for itself.
/// </summary>
internal static partial class NoTrace
{
    private const int SetDumpable = 4;

    public static Option<bool> CreateOption() => new("--no-trace")
    {
        Description = "Keep other processes of this user out of this one's memory: no debugger, no core dump.",
    };

    /// <exception cref="CommandFailureException">The system refuses: who asked for it must not go on without.</exception>
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
