using System.CommandLine;
using System.Globalization;
using SecureCollectives.CommandLine;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The names of the files that <c>pki</c> writes and reads.</summary>
internal static class PkiDirectory
{
    public const string AuthorityFile = "ca.pem";
    public const string AuthorityKeyFile = "ca-key.pem";

    /// <summary>
    /// The file names in a single worker's directory. They are the same for every rank, so all workers can share one configuration.
    /// </summary>
    public const string OwnCertificateFile = "certificate.pem";
    public const string OwnKeyFile = "key.pem";

    private const string DefaultDirectory = "pki";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static Option<string> AuthorityOption(string description) => new("--ca")
    {
        Description = description,
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultDirectory,
    };

    public static string CertificateFile(int rank) => string.Create(CultureInfo.InvariantCulture, $"rank-{rank}.pem");

    public static string KeyFile(int rank) => string.Create(CultureInfo.InvariantCulture, $"rank-{rank}-key.pem");

    /// <summary>Returns the name of the directory for one worker's identity.</summary>
    public static string OfRank(int rank) => string.Create(CultureInfo.InvariantCulture, $"rank-{rank}");

    /// <summary>
    /// Creates the directory, accessible only to its owner. If it already exists, other users must not be able to replace files in it.
    /// </summary>
    /// <exception cref="InvalidIdentityException">Other users can replace files in the existing directory.</exception>
    public static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Private keys in files need Linux file modes.");
        }

        Directory.CreateDirectory(directory, OwnerOnly);
        FileGuard.RequireTrustedDirectory(directory);
    }

    /// <summary>Fails, before anything is written, if one of the files exists. Writing also fails if one appears later.</summary>
    public static void RefuseToReplace(IEnumerable<string> paths)
    {
        if (paths.FirstOrDefault(File.Exists) is { } existing)
        {
            throw new CommandFailureException(
                ExitCode.Usage, $"'{existing}' already exists; nothing was written. Add --force to replace it.");
        }
    }
}
