namespace SecureCollectives.Launchers;

/// <summary>
/// Determines a worker's place in its job. The variables of this library take precedence, then RANK, WORLD_SIZE and the other variables of
/// torchrun, then those of the innermost launcher.
/// </summary>
/// <remarks>
/// Rank and world size come from one source, because a mixture would describe a world that nobody intended. The launcher's other variables
/// are used only together with its rank and world size, because a different world needs its own address and run id.
/// </remarks>
internal static class JobPlace
{
    /// <summary>Rank 0's address if none is set and no launcher can have started workers on other hosts.</summary>
    private const string DefaultMaster = "127.0.0.1";

    public static LaunchedPlace Resolve(EnvironmentReader variables)
    {
        var launched = Launcher.All.Select(launcher => launcher.Find(variables)).FirstOrDefault(static place => place is not null);
        var own = Pair(variables, PlaceVariables.OwnRank, PlaceVariables.OwnWorldSize, launched);
        var common = own is null ? Pair(variables, PlaceVariables.Rank, PlaceVariables.WorldSize, launched) : null;
        var (rank, worldSize) = own ?? common ?? (launched?.Rank, launched?.WorldSize);
        if (common is not null && launched?.WorldSize > worldSize)
        {
            variables.Report($"{PlaceVariables.WorldSize} is {worldSize}, but {launched.Launcher} started {launched.WorldSize} processes. "
                + $"Unset {PlaceVariables.Rank} and {PlaceVariables.WorldSize} to let them form one world, "
                + $"or set {PlaceVariables.OwnRank} and {PlaceVariables.OwnWorldSize} if this worker belongs to a smaller one");
        }

        return Complete(variables, rank, worldSize, launched);
    }

    private static LaunchedPlace Complete(EnvironmentReader variables, int? rank, int? worldSize, LaunchedPlace? launched)
    {
        var isLaunchers = launched is not null && launched.Rank == rank && (launched.WorldSize is null || launched.WorldSize == worldSize);
        var place = isLaunchers ? launched! : new LaunchedPlace(Launcher: null) { RankAdvice = launched?.RankAdvice };
        var runId = variables.Text(PlaceVariables.RunId) ?? place.RunId;
        return place with
        {
            Rank = worldSize is null ? null : rank,
            WorldSize = rank is null ? null : worldSize,
            LocalRank = variables.Number(PlaceVariables.OwnLocalRank) ?? variables.Number(PlaceVariables.LocalRank) ?? place.LocalRank,
            LocalWorldSize = variables.Number(PlaceVariables.OwnLocalWorldSize) ?? variables.Number(PlaceVariables.LocalWorldSize)
                ?? place.LocalWorldSize,
            MasterAddress = variables.Text(PlaceVariables.OwnMasterAddress) ?? variables.Text(PlaceVariables.MasterAddress)
                ?? place.MasterAddress ?? (isLaunchers && worldSize != 1 ? null : DefaultMaster),
            MasterPort = variables.Port(PlaceVariables.OwnMasterPort) ?? CommonPort(variables, place) ?? place.MasterPort
                ?? (place.DerivesPort && runId is not null ? DerivedPort.Of(runId) : null),
            RunId = runId,
        };
    }

    private static int? CommonPort(EnvironmentReader variables, LaunchedPlace place) => variables.Port(PlaceVariables.MasterPort) switch
    {
        { } port when place.TakesMasterPort => DerivedPort.Beside(port),
        var port => port,
    };

    /// <summary>
    /// Reads rank and world size from a pair of variables. The world size alone is enough if the launcher gives only the rank.
    /// </summary>
    private static (int? Rank, int? WorldSize)? Pair(EnvironmentReader variables, string rankName, string sizeName, LaunchedPlace? launched)
    {
        var rank = variables.Number(rankName);
        var worldSize = variables.Count(sizeName);
        if (!variables.Has(rankName) && !variables.Has(sizeName))
        {
            return null;
        }

        if (!variables.Has(rankName) && launched is { Rank: not null, WorldSize: null })
        {
            return (launched.Rank, worldSize);
        }

        if (!variables.Has(rankName) || !variables.Has(sizeName))
        {
            var (given, missing) = variables.Has(rankName) ? (rankName, sizeName) : (sizeName, rankName);
            variables.Report($"{given} is set but {missing} is not; set both or neither", PlaceVariables.Rank, PlaceVariables.WorldSize);
        }

        return (rank, worldSize);
    }
}
