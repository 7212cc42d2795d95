namespace SecureCollectives.Launchers;

/// <summary>
/// The variables that specify a worker's place: this library's own, which take precedence over all others, and those that torchrun made
/// common.
/// </summary>
internal static class PlaceVariables
{
    public const string OwnRank = "SECURE_COLLECTIVES_RANK";
    public const string OwnWorldSize = "SECURE_COLLECTIVES_WORLD_SIZE";
    public const string OwnLocalRank = "SECURE_COLLECTIVES_LOCAL_RANK";
    public const string OwnLocalWorldSize = "SECURE_COLLECTIVES_LOCAL_WORLD_SIZE";
    public const string OwnMasterAddress = "SECURE_COLLECTIVES_MASTER_ADDR";
    public const string OwnMasterPort = "SECURE_COLLECTIVES_MASTER_PORT";
    public const string RunId = "SECURE_COLLECTIVES_RUN_ID";

    public const string Rank = "RANK";
    public const string WorldSize = "WORLD_SIZE";
    public const string LocalRank = "LOCAL_RANK";
    public const string LocalWorldSize = "LOCAL_WORLD_SIZE";
    public const string MasterAddress = "MASTER_ADDR";
    public const string MasterPort = "MASTER_PORT";
}
