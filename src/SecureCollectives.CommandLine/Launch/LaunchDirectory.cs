using System.Security.Cryptography;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The private directory with the workers' throw-away keys; disposing removes it. It lies in memory (XDG_RUNTIME_DIR, /dev/shm) where the
/// system offers that, so that the keys normally touch no disk. The name is random, so nobody can have prepared a directory of that name.
/// </summary>
internal sealed class LaunchDirectory : IDisposable
{
    private const string NamePrefix = "secure-collectives-launch-";
    private const int NameRandomBytes = 16;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private LaunchDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Creates a directory in the first of the usual places that takes one.</summary>
    public static LaunchDirectory Create() =>
        Create([Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/dev/shm", System.IO.Path.GetTempPath()]);

    public static LaunchDirectory Create(IEnumerable<string?> parents)
    {
        foreach (var parent in parents)
        {
            if (!System.IO.Path.IsPathFullyQualified(parent ?? "") || !Directory.Exists(parent))
            {
                continue;
            }

            var path = System.IO.Path.Combine(
                parent, NamePrefix + RandomNumberGenerator.GetHexString(2 * NameRandomBytes, lowercase: true));
            try
            {
                Directory.CreateDirectory(path, OwnerOnly);
                return new LaunchDirectory(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Read-only or not ours: the next place.
            }
        }

        throw new CommandFailureException(ExitCode.Usage,
            "no place for the workers' keys: neither XDG_RUNTIME_DIR nor /dev/shm nor the temporary directory can be written. Set TMPDIR.");
    }

    /// <summary>
    /// Removes the directory of a launcher that was killed. Workers do so at the same time, and any of them may be first.
    /// </summary>
    public static void RemoveAbandoned(string? path)
    {
        // The path comes from the environment: only what carries the name of such a directory is deleted.
        if (path is not null && System.IO.Path.GetFileName(path).StartsWith(NamePrefix, StringComparison.Ordinal))
        {
            Remove(path);
        }
    }

    public void Dispose() => Remove(Path);

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another worker removed it first. Otherwise there is nothing better to do, and the keys are worthless: their CA is gone.
        }
    }
}
