namespace SecureCollectives.Launchers;

/// <summary>
/// The names of the variables in which an MPI launcher gives each worker its rank and the world size, both globally and on its host.
/// </summary>
/// <param name="Rank">The variable that holds the rank.</param>
/// <param name="WorldSize">The variable that holds the world size.</param>
/// <param name="LocalRank">The variable that holds the worker's number among those on its host.</param>
/// <param name="LocalWorldSize">The variable that holds the number of workers on the host.</param>
internal sealed record MpiVariables(string Rank, string WorldSize, string LocalRank, string LocalWorldSize)
{
    /// <summary>Returns whether the launcher set the rank or the world size; one without the other is malformed.</summary>
    public bool AreIn(EnvironmentReader variables) => variables.Has(Rank) || variables.Has(WorldSize);

    /// <summary>Reads the worker's place from the variables. The caller adds the run id and advice on how to set it.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="launcher">The name of the launcher.</param>
    /// <param name="command">The launcher's command, for advice.</param>
    /// <param name="masterAddressArgument">The argument of that command that sets MASTER_ADDR, for advice.</param>
    public LaunchedPlace Read(EnvironmentReader variables, string launcher, string command, string masterAddressArgument)
    {
        var rank = variables.Number(Rank);
        var worldSize = variables.Count(WorldSize);
        var localRank = variables.Number(LocalRank);
        var localWorldSize = variables.Count(LocalWorldSize);
        RequireNumberedHostByHost(variables, rank, worldSize, localRank, localWorldSize);
        return new LaunchedPlace(launcher)
        {
            Rank = worldSize is null ? null : rank,
            WorldSize = rank is null ? null : worldSize,
            LocalRank = localRank,
            LocalWorldSize = localWorldSize,
            MasterAddress = localWorldSize is not null && localWorldSize == worldSize ? "127.0.0.1" : null,
            DerivesPort = true,
            RankAdvice = $"{command} sets {Rank} and {WorldSize}: do not clear the environment on the way to the worker",
            AddressAdvice =
                $"workers run on several hosts, and {command} does not say where rank 0 is. Add {masterAddressArgument} to {command}",
        };
    }

    /// <summary>
    /// Hierarchical rings assume that ranks are numbered host by host. A worker whose own rank contradicts this reports it, unless the
    /// number of workers per host was set explicitly.
    /// </summary>
    private static void RequireNumberedHostByHost(
        EnvironmentReader variables, int? rank, int? worldSize, int? localRank, int? localWorldSize)
    {
        if (rank is { } number && localRank is { } local && localWorldSize is > 1 and { } size && worldSize % size == 0
            && number % size != local
            && !variables.Has(PlaceVariables.LocalWorldSize) && !variables.Has(PlaceVariables.OwnLocalWorldSize))
        {
            variables.Report($"ranks are not numbered host by host: rank {number} is number {local} of {size} on its host. "
                + $"Map them by slot (mpirun --map-by slot), or set {PlaceVariables.LocalWorldSize}=1 for all ranks");
        }
    }
}
