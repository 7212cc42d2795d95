namespace SecureCollectives.Launchers;

/// <summary>
/// Open MPI's mpirun (https://docs.open-mpi.org/en/v5.0.x/tuning-apps/environment-var.html), known by OMPI_COMM_WORLD_RANK or
/// OMPI_COMM_WORLD_SIZE.
/// </summary>
internal sealed class OpenMpiLauncher : Launcher
{
    private const string RankName = "OMPI_COMM_WORLD_RANK";
    private const string SizeName = "OMPI_COMM_WORLD_SIZE";

    public override LaunchedPlace? Find(EnvironmentReader variables)
    {
        if (!variables.Has(RankName) && !variables.Has(SizeName))
        {
            return null;
        }

        var rank = variables.Number(RankName);
        var worldSize = variables.Count(SizeName);
        var localSize = variables.Count("OMPI_COMM_WORLD_LOCAL_SIZE");
        var localRank = variables.Number("OMPI_COMM_WORLD_LOCAL_RANK");
        return new LaunchedPlace("Open MPI")
        {
            Rank = worldSize is null ? null : rank,
            WorldSize = rank is null ? null : worldSize,
            LocalRank = localRank,
            LocalWorldSize = CountedHostByHost(variables, rank, worldSize, localRank, localSize),
            MasterAddress = localSize is not null && localSize == worldSize ? "127.0.0.1" : null,
            DerivesPort = true,
            RunId = RunIdOf(variables),
            RankAdvice = $"mpirun sets {RankName} and {SizeName}: do not clear the environment on the way to the worker",
            AddressAdvice = "workers run on several hosts, and mpirun does not say where rank 0 is. Add "
                + $"-x {PlaceVariables.MasterAddress}=<the first host> to mpirun",
            RunIdAdvice = $"mpirun does not name the run. Add -x {PlaceVariables.RunId}=$(uuidgen) to mpirun",
        };
    }

    /// <summary>
    /// The job's number is made of mpirun's host and process id, and comes again; up to version 4, a random key that all its processes
    /// share stands beside it.
    /// </summary>
    private static string? RunIdOf(EnvironmentReader variables) =>
        (variables.Text("PMIX_NAMESPACE") ?? variables.Text("OMPI_MCA_ess_base_jobid")) is not { } job ? null
            : variables.Text("OMPI_MCA_orte_precondition_transports") is { } key ? $"openmpi.{job}.{key}" : $"openmpi.{job}";
}
