namespace SecureCollectives.Identity;

/// <summary>
/// Who else may read or change the file of a private key. It is the user's own and closed to everybody else; or it is root's, nobody but
/// root can change it, and of others at most one group may read it, which is one of this process's. So Kubernetes mounts secrets for a pod
/// with an <c>fsGroup</c>: root's, of that group, 0440, on a mount that cannot be written.
/// </summary>
/// <remarks>
/// Root's own files come into the hands of a process that is not root by their group alone; a group that may read the user's own file
/// would only let others in. Directories are not looked at: what is read here is the file that was opened, and a directory gives nobody
/// the right to read it.
/// </remarks>
internal static class PrivateKeyRule
{
    private const UnixFileMode ReadableByGroup = UnixFileMode.GroupRead;
    private const UnixFileMode OpenToOthers = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <returns>What is wrong and what to do, as the end of a sentence that begins with the file; null where nothing is.</returns>
    /// <param name="file">The file.</param>
    /// <param name="process">This process.</param>
    /// <param name="path">Names the file in commands.</param>
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

        // What is told can be done: the owner's command only to the owner, and none about a mount that cannot be written.
        string Remedy(string mode) => file.IsReadOnly
            ? "It is on a read-only mount: change what is mounted; "
                + "for a Kubernetes volume set defaultMode: 0400, and fsGroup for a user other than root."
            : isOwn
                ? $"Run: chmod {mode} '{path}'"
                : $"Only root can change it: chmod o=,g=r '{path}', with a group that this process is in.";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
