namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The environment variables that a launched worker finds besides its place in the job, which
/// <see cref="SecureCollectives.Launchers.PlaceVariables"/> names.
/// </summary>
internal static class LaunchVariables
{
    public const string Job = "SECURE_COLLECTIVES_JOB";
    public const string Certificate = "SECURE_COLLECTIVES_CERTIFICATE";
    public const string Key = "SECURE_COLLECTIVES_KEY";
    public const string CertificateAuthority = "SECURE_COLLECTIVES_CA";

    /// <summary>The throw-away certificates have the default form: a rank map of the launcher's own environment does not apply.</summary>
    public const string IdentityTemplate = "SECURE_COLLECTIVES_IDENTITY_TEMPLATE";

    /// <inheritdoc cref="IdentityTemplate"/>
    public const string Identities = "SECURE_COLLECTIVES_IDENTITIES";

    public const string AllowPlaintext = "SECURE_COLLECTIVES_ALLOW_PLAINTEXT";

    /// <summary>The launcher's process id. Verbs of this program end when that process does.</summary>
    public const string LauncherProcessId = "SECURE_COLLECTIVES_LAUNCHER_PID";

    /// <summary>
    /// The directory with the workers' files. A verb of this program that outlives its launcher removes it. The random name also marks
    /// the processes of one launch: see <see cref="LaunchedProcesses"/>.
    /// </summary>
    public const string LauncherDirectory = "SECURE_COLLECTIVES_LAUNCHER_DIRECTORY";
}
