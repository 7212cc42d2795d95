using System.CommandLine;
using System.Globalization;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Pki;

/// <summary>The names of the files that <c>pki</c> writes and reads.</summary>
internal static class PkiDirectory
{
    public const string AuthorityFile = "ca.pem";
    public const string AuthorityKeyFile = "ca-key.pem";

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

    public static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Private keys in files need Linux file modes.");
        }

        Directory.CreateDirectory(directory, OwnerOnly);
    }

    /// <summary>Says so before anything is written; the write itself refuses, too, should a file appear in between.</summary>
    public static void RefuseToReplace(IEnumerable<string> paths)
    {
        if (paths.FirstOrDefault(File.Exists) is { } existing)
        {
            throw new CommandFailureException(ExitCode.Usage, $"'{existing}' exists already; nothing was written. Add --force to replace it.");
        }
    }
}
