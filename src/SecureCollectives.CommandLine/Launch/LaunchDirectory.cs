using System.Security.Cryptography;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The private directory with the workers' throw-away keys; disposing removes it. It is in memory (XDG_RUNTIME_DIR, /dev/shm) where the
/// system offers that, so that the keys normally reach no disk. Its random name cannot have been taken in advance, and no other user can
/// replace a directory of its path: see <see cref="FileGuard.RequireTrustedPath"/>.
/// </summary>
internal sealed class LaunchDirectory : IDisposable
{
    private const string NamePrefix = "secure-collectives-launch-";
    private const int NameRandomBytes = 16;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private LaunchDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Creates a directory in the first usable of XDG_RUNTIME_DIR, /dev/shm and the temporary directory.</summary>
    /// <param name="notify">Receives a sentence about each place that other users could interfere with, and that is not used.</param>
    /// <exception cref="CommandFailureException">None of them is usable; the message says why.</exception>
    public static LaunchDirectory Create(Action<string> notify) => Create(
        [
            ("XDG_RUNTIME_DIR", Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")),
            ("shared memory", "/dev/shm"),
            ("the temporary directory", System.IO.Path.GetTempPath()),
        ],
        notify);

    /// <summary>Creates a directory in the first usable of several places.</summary>
    /// <param name="places">The name of each place in messages, and its path; null where the variable is not set.</param>
    /// <param name="notify">Receives a sentence about each place that other users could interfere with, and that is not used.</param>
    /// <exception cref="CommandFailureException">None of them is usable; the message says why.</exception>
    public static LaunchDirectory Create(IEnumerable<(string Name, string? Path)> places, Action<string> notify)
    {
        List<string> reasons = [];
        foreach (var (name, place) in places)
        {
            if (!System.IO.Path.IsPathFullyQualified(place ?? "") || !Directory.Exists(place))
            {
                reasons.Add($"{name} is not set to a directory");
                continue;
            }

            try
            {
                // The path that is checked is the one that is used: a link in it could lead elsewhere afterwards.
                var parent = RealPath.Of(place);
                FileGuard.RequireTrustedPath(parent);
                var path = System.IO.Path.Combine(
                    parent, NamePrefix + RandomNumberGenerator.GetHexString(2 * NameRandomBytes, lowercase: true));
                Directory.CreateDirectory(path, OwnerOnly);
                return new LaunchDirectory(path);
            }
            catch (InvalidIdentityException e)
            {
                notify($"{name} is not used for the workers' keys. {e.Message}");
                reasons.Add($"{name} is not safe from other users");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                reasons.Add($"{name} ('{place}') cannot be written");
            }
        }

        throw new CommandFailureException(ExitCode.Usage,
            $"there is no place for the workers' keys: {string.Join("; ", reasons)}. "
                + "Set TMPDIR to a directory of your own that other users cannot write.");
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
