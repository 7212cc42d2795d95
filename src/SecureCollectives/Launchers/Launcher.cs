namespace SecureCollectives.Launchers;

/// <summary>A program that starts workers and tells them their place by environment variables of its own.</summary>
internal abstract class Launcher
{
    /// <summary>
    /// All that are known, in the order in which they are looked for: those that other ones start come first, because a worker inherits the
    /// variables of all of them and the innermost started it.
    /// </summary>
    public static IReadOnlyList<Launcher> All { get; } =
    [
        new TorchrunLauncher(), new OpenMpiLauncher(), new HydraLauncher(), new PmixLauncher(), new SlurmLauncher(),
        new KubernetesLauncher(),
    ];

    /// <returns>Null where nothing shows that this launcher started the worker.</returns>
    public abstract LaunchedPlace? Find(EnvironmentReader variables);

    /// <summary>
    /// The number of workers of a host as two-level schedules need it: they take it that ranks are counted host by host. A rank that sees
    /// that they are not is reported, unless somebody set the number by hand.
    /// </summary>
    protected static int? CountedHostByHost(EnvironmentReader variables, int? rank, int? worldSize, int? localRank, int? localWorldSize)
    {
        if (rank is { } number && localRank is { } local && localWorldSize is > 1 and { } size && worldSize % size == 0
            && number % size != local
            && !variables.Has(PlaceVariables.LocalWorldSize) && !variables.Has(PlaceVariables.OwnLocalWorldSize))
        {
            variables.Report($"ranks are not counted host by host: rank {number} is number {local} of {size} on its host. Map them by slot "
                + $"(mpirun --map-by slot), or set {PlaceVariables.LocalWorldSize}=1 for all ranks");
        }

        return localWorldSize;
    }
}
