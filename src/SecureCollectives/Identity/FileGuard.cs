using Microsoft.Win32.SafeHandles;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Identity;

/// <summary>
/// Checks who else can change or read a file or directory that must be trusted. It must belong to root or the user, and others must not be
/// able to write it: whoever can put an authority into a file decides whom this worker trusts.
/// </summary>
internal static class FileGuard
{
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Checks a file whose content others may read but must not write, such as trust roots.</summary>
    /// <exception cref="InvalidIdentityException">
    /// Others may write the file, or it belongs to another user; the message says what to do.
    /// </exception>
    public static void RequireTrusted(SafeFileHandle file, string path)
    {
        var status = FileStatus.Of(file, path);
        RequireOwner(status, $"'{path}'");
        if ((status.Mode & WritableByOthers) != 0)
        {
            throw new InvalidIdentityException($"'{path}' may be written by other users of this machine, "
                + "who could choose whom this worker trusts. " + (status.IsReadOnly
                    ? "It is on a read-only mount: change the mode of what is mounted (for a Kubernetes volume, defaultMode: 0444)."
                    : $"Run: chmod go-w '{path}'"));
        }
    }

    /// <inheritdoc cref="PrivateKeyRule"/>
    /// <exception cref="InvalidIdentityException">
    /// The file is open to others, or belongs to another user; the message says what to do.
    /// </exception>
    public static void RequirePrivate(SafeFileHandle file, string path)
    {
        if (PrivateKeyRule.Fault(FileStatus.Of(file, path), ProcessUser.Current, path) is { } fault)
        {
            throw new InvalidIdentityException($"The private key '{path}' {fault}");
        }
    }

    /// <summary>
    /// Checks a directory for trust roots and keys. If others may write it as well, as with /tmp, it must be sticky, so that nobody can
    /// replace the files of others.
    /// </summary>
    /// <exception cref="InvalidIdentityException">Others could replace files in it; the message says what to do.</exception>
    public static void RequireTrustedDirectory(string path)
    {
        var status = FileStatus.Of(path);
        RequireOwner(status, $"The directory '{path}'");
        if ((status.Mode & WritableByOthers) != 0 && (status.Mode & UnixFileMode.StickyBit) == 0)
        {
            throw new InvalidIdentityException(
                $"The directory '{path}' may be written by other users of this machine, who could replace what is put there. "
                    + $"Run: chmod go-w '{path}', or choose another.");
        }
    }

    /// <summary>Checks a directory and all directories above it: whoever can rename one of them can put another in its place.</summary>
    /// <param name="path">An absolute path without symbolic links.</param>
    /// <exception cref="InvalidIdentityException">Others could replace one of the directories; the message says what to do.</exception>
    public static void RequireTrustedPath(string path)
    {
        for (var directory = path; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            RequireTrustedDirectory(directory);
        }
    }

    private static void RequireOwner(FileStatus status, string what)
    {
        if (status.User != ProcessUser.Root && status.User != ProcessUser.Current.User)
        {
            throw new InvalidIdentityException(
                $"{what} belongs to another user of this machine (user id {status.User}). It must belong to root or to you.");
        }
    }
}
