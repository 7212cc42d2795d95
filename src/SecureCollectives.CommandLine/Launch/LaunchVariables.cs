namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The environment that a launched worker finds. The first block is what torchrun sets, too, and the second the same in this library's
/// names, which come first: launchers outside of this one do not count.
/// </summary>
internal static class LaunchVariables
{
    public const string Rank = "RANK";
    public const string WorldSize = "WORLD_SIZE";
    public const string LocalRank = "LOCAL_RANK";
    public const string LocalWorldSize = "LOCAL_WORLD_SIZE";
    public const string MasterAddress = "MASTER_ADDR";
    public const string MasterPort = "MASTER_PORT";

    public const string OwnRank = "SECURE_COLLECTIVES_RANK";
    public const string OwnWorldSize = "SECURE_COLLECTIVES_WORLD_SIZE";
    public const string OwnLocalRank = "SECURE_COLLECTIVES_LOCAL_RANK";
    public const string OwnLocalWorldSize = "SECURE_COLLECTIVES_LOCAL_WORLD_SIZE";
    public const string OwnMasterAddress = "SECURE_COLLECTIVES_MASTER_ADDR";
    public const string OwnMasterPort = "SECURE_COLLECTIVES_MASTER_PORT";

    public const string Job = "SECURE_COLLECTIVES_JOB";
    public const string RunId = "SECURE_COLLECTIVES_RUN_ID";
    public const string Certificate = "SECURE_COLLECTIVES_CERTIFICATE";
    public const string Key = "SECURE_COLLECTIVES_KEY";
    public const string CertificateAuthority = "SECURE_COLLECTIVES_CA";

    /// <summary>The throwaway certificates are of the default form: a rank map around the launcher is not the workers'.</summary>
    public const string IdentityTemplate = "SECURE_COLLECTIVES_IDENTITY_TEMPLATE";
    public const string Identities = "SECURE_COLLECTIVES_IDENTITIES";

    public const string AllowPlaintext = "SECURE_COLLECTIVES_ALLOW_PLAINTEXT";

    /// <summary>Own verbs end when this process does.</summary>
    public const string LauncherProcessId = "SECURE_COLLECTIVES_LAUNCHER_PID";

    /// <summary>Where the launcher keeps the workers' files; an own verb that outlives its launcher removes it.</summary>
    public const string LauncherDirectory = "SECURE_COLLECTIVES_LAUNCHER_DIRECTORY";
}
