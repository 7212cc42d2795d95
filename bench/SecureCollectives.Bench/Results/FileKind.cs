using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Results;

/// <summary>Distinguishes plain files from devices, pipes and the like, which .NET does not.</summary>
internal static unsafe partial class FileKind
{
    // statx(2) is the only form of stat whose structure is the same on all architectures.
    private const int CurrentDirectory = -100;
    private const int FollowLinks = 0;
    private const uint TypeOnly = 1;
    private const int StructureLength = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int PlainFile = 0x8000;

    /// <summary>
    /// Returns whether a path, after following links, exists and is not a plain file. A path that cannot be inspected counts as special.
    /// </summary>
    public static bool IsSpecial(string path)
    {
        if (!Path.Exists(path))
        {
            return false;
        }

        var structure = stackalloc byte[StructureLength];
        return Status(CurrentDirectory, path, FollowLinks, TypeOnly, structure) != 0
            || (*(ushort*)(structure + ModeOffset) & TypeMask) != PlainFile;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int directory, string path, int flags, uint mask, byte* structure);
}
