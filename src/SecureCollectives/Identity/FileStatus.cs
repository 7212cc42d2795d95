using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>The owner and the mode of a file or directory.</summary>
/// <param name="User">The user id of the owner.</param>
/// <param name="Group">The group id.</param>
/// <param name="Mode">The permission bits of the mode.</param>
/// <param name="IsReadOnly">Whether the file is on a read-only mount.</param>
internal readonly partial record struct FileStatus(uint User, uint Group, UnixFileMode Mode, bool IsReadOnly)
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStatistics = 0x7ff;
    private const int PermissionBits = 0xFFF;
    private const int KindBits = 0xF000;
    private const ulong ReadOnlyMount = 1;

    /// <summary>The kind of file.</summary>
    public FileKind Kind { get; private init; }

    /// <summary>Returns the status of an open file rather than of its path, so that it describes the bytes that are read.</summary>
    /// <exception cref="InvalidIdentityException">The status cannot be determined.</exception>
    public static FileStatus Of(SafeFileHandle file, string path)
    {
        Check(GetStatus(file, string.Empty, EmptyPath, BasicStatistics, out var status), path);

        // If the mount flags are unavailable, treat the mount as writable.
        var isReadOnly = GetFileSystem(file, out var fileSystem) == 0 && (fileSystem.Flags & ReadOnlyMount) != 0;
        return From(status, isReadOnly);
    }

    /// <summary>Returns the status of a file or directory.</summary>
    /// <exception cref="InvalidIdentityException">The status cannot be determined.</exception>
    public static FileStatus Of(string path)
    {
        Check(GetStatus(CurrentDirectory, path, 0, BasicStatistics, out var status), path);
        return From(status, isReadOnly: false);
    }

    private static FileStatus From(in Fields status, bool isReadOnly) => new(
        status.User, status.Group, (UnixFileMode)(status.Mode & PermissionBits), isReadOnly)
    {
        Kind = (FileKind)(status.Mode & KindBits),
    };

    private static void Check(int result, string path)
    {
        if (result != 0)
        {
            throw new InvalidIdentityException(
                $"The owner of '{path}' cannot be determined: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    // statx rather than fstat, because the layout of struct stat depends on the architecture.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(SafeFileHandle file, string path, int flags, uint mask, out Fields status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int directory, string path, int flags, uint mask, out Fields status);

    [LibraryImport("libc", EntryPoint = "fstatvfs")]
    private static partial int GetFileSystem(SafeFileHandle file, out FileSystemFields fileSystem);

    /// <summary>The fields of struct statx that are used, padded to cover the others.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Fields
    {
        [FieldOffset(20)]
        public readonly uint User;

        [FieldOffset(24)]
        public readonly uint Group;

        [FieldOffset(28)]
        public readonly ushort Mode;
    }

    /// <summary>The one field of struct statvfs that is used, at the same offset on x64 and arm64, padded to cover the others.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct FileSystemFields
    {
        [FieldOffset(72)]
        public readonly ulong Flags;
    }
}
