using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>Whose a file or directory is, and what its mode allows to whom.</summary>
/// <param name="User">User id of the owner.</param>
/// <param name="Group">Group id.</param>
/// <param name="Mode">The mode.</param>
/// <param name="IsReadOnly">Whether it is on a mount that nobody can write here.</param>
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

    /// <summary>Asked of the open file, not of the path, so that the answer is about the bytes that are read.</summary>
    /// <exception cref="InvalidIdentityException">The system does not tell.</exception>
    public static FileStatus Of(SafeFileHandle file, string path)
    {
        Check(GetStatus(file, string.Empty, EmptyPath, BasicStatistics, out var status), path);

        // Where the system does not tell it, the mount is taken for one that can be written.
        var isReadOnly = GetFileSystem(file, out var fileSystem) == 0 && (fileSystem.Flags & ReadOnlyMount) != 0;
        return From(status, isReadOnly);
    }

    /// <exception cref="InvalidIdentityException">The system does not tell.</exception>
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
                $"Whose '{path}' is cannot be found out: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    // Not fstat: the layout of what that fills in differs between processors.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(SafeFileHandle file, string path, int flags, uint mask, out Fields status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetStatus(int directory, string path, int flags, uint mask, out Fields status);

    [LibraryImport("libc", EntryPoint = "fstatvfs")]
    private static partial int GetFileSystem(SafeFileHandle file, out FileSystemFields fileSystem);

    /// <summary>The first fields of struct statx, and room for the others.</summary>
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

    /// <summary>One field of struct statvfs, at the same place on x64 and arm64, and room for the others.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct FileSystemFields
    {
        [FieldOffset(72)]
        public readonly ulong Flags;
    }
}
