namespace SecureCollectives.Identity;

/// <summary>
/// The rule for who else may read or change the file of a private key. Either the file belongs to the user and is closed to everybody else;
/// or it belongs to root, only root can change it, and at most one group may read it, which is one of this process's groups. Kubernetes
/// mounts secrets like that for a pod with an <c>fsGroup</c>: owned by root, in that group, 0440, on a read-only mount.
/// </summary>
/// <remarks>
/// A process that is not root can read root's file only through its group, whereas a group that may read the user's own file would only
/// admit others. Directories are not checked: the rule applies to the file that was opened, and a directory gives nobody the right to read
/// it.
/// </remarks>
internal static class PrivateKeyRule
{
    private const UnixFileMode ReadableByGroup = UnixFileMode.GroupRead;
    private const UnixFileMode OpenToOthers = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Checks a file.</summary>
    /// <param name="file">The status of the file.</param>
    /// <param name="process">The user of this process.</param>
    /// <param name="path">The path of the file in commands.</param>
    /// <returns>What is wrong and what to do, as the end of a sentence that begins with the file; null if nothing is.</returns>
    public static string? Fault(FileStatus file, ProcessUser process, string path)
    {
        var isOwn = file.User == process.User;
        if (!isOwn && file.User != ProcessUser.Root)
        {
            return $"belongs to another user of this machine (user id {file.User}). It must be root's or your own.";
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

        // The advice must work: the owner's command is for the owner only, and no command works on a read-only mount.
        string Remedy(string mode) => file.IsReadOnly
            ? "It is on a read-only mount: change what is mounted; "
                + "for a Kubernetes volume set defaultMode: 0400, and fsGroup for a user other than root."
            : isOwn
                ? $"Run: chmod {mode} '{path}'"
                : $"Only root can change it: chmod o=,g=r '{path}', with a group that this process is in.";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
