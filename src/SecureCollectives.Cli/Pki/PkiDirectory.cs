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
    /// The names in a worker's own directory, the same for every rank, so that every worker's configuration can be the same.
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

    /// <summary>The directory of one worker alone.</summary>
    public static string OfRank(int rank) => string.Create(CultureInfo.InvariantCulture, $"rank-{rank}");

    /// <summary>
    /// Makes the directory, for its owner alone; one that is there already must be one in which nobody else can replace what is put there.
    /// </summary>
    /// <exception cref="InvalidIdentityException">Others could.</exception>
    public static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Private keys in files need Linux file modes.");
        }

        Directory.CreateDirectory(directory, OwnerOnly);
        FileGuard.RequireTrustedDirectory(directory);
    }

    /// <summary>Says so before anything is written; the write itself refuses, too, should a file appear in between.</summary>
    public static void RefuseToReplace(IEnumerable<string> paths)
    {
        if (paths.FirstOrDefault(File.Exists) is { } existing)
        {
            throw new CommandFailureException(
                ExitCode.Usage, $"'{existing}' exists already; nothing was written. Add --force to replace it.");
        }
    }
}
