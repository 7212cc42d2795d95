using System.Runtime.InteropServices;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Process-related system calls that .NET does not offer.</summary>
internal static partial class PosixProcess
{
    private const int Sigint = 2;
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int ExistenceCheck = 0;

    public static int ParentId() => GetParentId();

    /// <summary>Sends SIGINT, as Ctrl-C does. It is not an error if the process has ended in the meantime.</summary>
    public static void Interrupt(int processId) => _ = Kill(processId, Sigint);

    public static void Terminate(int processId) => _ = Kill(processId, Sigterm);

    public static void Kill(int processId) => _ = Kill(processId, Sigkill);

    /// <summary>Reaps a child that nothing else waits for. Does nothing if it is still running.</summary>
    public static void Reap(int processId)
    {
        const int WithoutWaiting = 1;
        _ = WaitFor(processId, 0, WithoutWaiting);
    }

    /// <summary>
    /// Moves this process into its own session and process group, so that signals to its parent's group do not reach it. If it already
    /// leads a group, it is not in its parent's and stays where it is.
    /// </summary>
    public static void LeaveProcessGroup() => _ = StartSession();

    /// <summary>Returns whether a process exists, whichever user it belongs to.</summary>
    public static bool Exists(int processId)
    {
        const int NoSuchProcess = 3;
        return Kill(processId, ExistenceCheck) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitFor(int processId, nint status, int options);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int StartSession();

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();
}
