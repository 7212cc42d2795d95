namespace SecureCollectives.Identity;

/// <summary>
/// The rule for who may access a private key file. Either the user owns the file and nobody else has access; or root owns it, only root can
/// change it, and at most one group, which must be one of this process's groups, may read it. The second case is how Kubernetes mounts
/// secrets for a pod with an <c>fsGroup</c>: owned by root, in that group, mode 0440, on a read-only mount.
/// </summary>
/// <remarks>
/// A non-root process can read a file owned by root only through its group, whereas group access to the user's own file would only let
/// others in. Directories are not checked: the rule applies to the file that was opened, and no directory grants permission to read it.
/// </remarks>
internal static class PrivateKeyRule
{
    private const UnixFileMode ReadableByGroup = UnixFileMode.GroupRead;
    private const UnixFileMode OpenToOthers = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Checks a file.</summary>
    /// <param name="file">The status of the file.</param>
    /// <param name="process">The user of this process.</param>
    /// <param name="path">The path used in suggested commands.</param>
    /// <returns>The problem and its remedy, as the predicate of a sentence about the file; null if there is no problem.</returns>
    public static string? Fault(FileStatus file, ProcessUser process, string path)
    {
        var isOwn = file.User == process.User;
        if (!isOwn && file.User != ProcessUser.Root)
        {
            return $"belongs to another user of this machine (user id {file.User}). It must belong to root or to you.";
        }

        if ((file.Mode & OpenToOthers) != 0)
        {
            return $"is open to other users of this machine (mode {Octal(file.Mode)}). {Remedy("600")}";
        }

        if ((file.Mode & ReadableByGroup) == 0)
        {
            return null;
        }

        if (file.User != ProcessUser.Root)
        {
            return $"may be read by the users of group {file.Group} (mode {Octal(file.Mode)}). {Remedy("600")}";
        }

        return process.Groups.Contains(file.Group)
            ? null
            : $"may be read by the users of group {file.Group} (mode {Octal(file.Mode)}), which is none of this process's groups. "
                + "Run this worker in that group (in Kubernetes: securityContext.fsGroup or supplementalGroups), or close the file to it. "
                + Remedy("600");

        // Suggest only what will work: only the owner can chmod the file, and nobody can on a read-only mount.
        string Remedy(string mode) => file.IsReadOnly
            ? "It is on a read-only mount: change what is mounted; "
                + "for a Kubernetes volume set defaultMode: 0400, and fsGroup for a user other than root."
            : isOwn
                ? $"Run: chmod {mode} '{path}'"
                : $"Only root can change it: chmod o=,g=r '{path}', with a group that this process is in.";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
