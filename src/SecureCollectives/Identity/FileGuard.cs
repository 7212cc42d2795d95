using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>
/// Who else could change or read a file or directory that trust rests on. Only root's and the user's own are used, and none that others may
/// write: whoever can put an authority into a file decides whom this worker believes.
/// </summary>
internal static partial class FileGuard
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OpenToOthers =
        WritableByOthers | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatistics = 0x7ff;
    private const uint Root = 0;

    /// <summary>A file whose content others may know and must not choose, such as trust roots.</summary>
    /// <exception cref="InvalidIdentityException">Others may write it, or it is another user's; the message says what to do.</exception>
    public static void RequireTrusted(SafeFileHandle file, string path)
    {
        var status = StatusOf(file, path);
        RequireOwner(status, $"'{path}'");
        if ((status.FileMode & WritableByOthers) != 0)
        {
            throw new InvalidIdentityException($"'{path}' may be written by other users of this machine, who could choose whom this "
                + $"worker trusts. Run: chmod go-w '{path}'");
        }
    }

    /// <summary>
    /// A private key. A group may read it, where others may not: so it is mounted in Kubernetes for a user who is not root (fsGroup), and
    /// there nobody can change it.
    /// </summary>
    /// <exception cref="InvalidIdentityException">It is open to others, or another user's; the message says what to do.</exception>
    public static void RequirePrivate(SafeFileHandle file, string path)
    {
        var status = StatusOf(file, path);
        RequireOwner(status, $"The private key '{path}'");
        if ((status.FileMode & OpenToOthers) != 0)
        {
            throw new InvalidIdentityException($"The private key '{path}' is open to other users of this machine. Run: chmod 600 '{path}'");
        }
    }

    /// <summary>
    /// A directory to put trust roots and keys into. Where others may write as well, as in /tmp, it must be one in which nobody can replace
    /// what is another's (sticky).
    /// </summary>
    /// <exception cref="InvalidIdentityException">Others could replace files in it; the message says what to do.</exception>
    public static void RequireTrustedDirectory(string path)
    {
        var status = StatusOf(path);
        RequireOwner(status, $"The directory '{path}'");
        if ((status.FileMode & WritableByOthers) != 0 && (status.FileMode & UnixFileMode.StickyBit) == 0)
        {
            throw new InvalidIdentityException(
                $"The directory '{path}' may be written by other users of this machine, who could replace what is put there. Run: chmod "
                    + $"go-w '{path}', or choose another.");
        }
    }

    private static void RequireOwner(in Status status, string what)
    {
        if (status.User != Root && status.User != EffectiveUser())
        {
            throw new InvalidIdentityException(
                $"{what} belongs to another user of this machine (user id {status.User}). It must be root's or your own.");
        }
    }

    // Asked of the open file, not of the path, so that the answer is about the bytes that are read.
    private static Status StatusOf(SafeFileHandle file, string path) =>
        Checked(GetStatus(file, string.Empty, EmptyPath, BasicStatistics, out var status), path, status);

    private static Status StatusOf(string path) =>
        Checked(GetStatus(CurrentDirectory, path, 0, BasicStatistics, out var status), path, status);

    private static Status Checked(int result, string path, in Status status) => result == 0
        ? status
        : throw new InvalidIdentityException(
            $"Whose '{path}' is cannot be found out: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    // Not fstat: the layout of what that fills in differs between processors.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(SafeFileHandle file, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    /// <summary>The first fields of struct statx, and room for the others.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Status
    {
        private const int PermissionBits = 0xFFF;

        [FieldOffset(20)]
        public readonly uint User;

        [FieldOffset(28)]
        private readonly ushort _mode;

        public UnixFileMode FileMode => (UnixFileMode)(_mode & PermissionBits);
    }
}
