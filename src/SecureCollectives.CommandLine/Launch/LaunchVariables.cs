namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The environment variables given to a launched worker, in addition to those for its place in the job, which
/// <see cref="SecureCollectives.Launchers.PlaceVariables"/> names.
/// </summary>
internal static class LaunchVariables
{
    public const string Job = "SECURE_COLLECTIVES_JOB";
    public const string Certificate = "SECURE_COLLECTIVES_CERTIFICATE";
    public const string Key = "SECURE_COLLECTIVES_KEY";
    public const string CertificateAuthority = "SECURE_COLLECTIVES_CA";

    /// <summary>The throw-away certificates use the default form; a rank map in the launcher's own environment does not apply.</summary>
    public const string IdentityTemplate = "SECURE_COLLECTIVES_IDENTITY_TEMPLATE";

    /// <inheritdoc cref="IdentityTemplate"/>
    public const string Identities = "SECURE_COLLECTIVES_IDENTITIES";

    public const string AllowPlaintext = "SECURE_COLLECTIVES_ALLOW_PLAINTEXT";

    /// <summary>The launcher's process id. Verbs of this program end when that process does.</summary>
    public const string LauncherProcessId = "SECURE_COLLECTIVES_LAUNCHER_PID";

    /// <summary>
    /// The directory with the workers' files. If a verb of this program outlives its launcher, the verb removes it. The random name also
    /// marks the processes of this launch: see <see cref="LaunchedProcesses"/>.
    /// </summary>
    public const string LauncherDirectory = "SECURE_COLLECTIVES_LAUNCHER_DIRECTORY";
}
