namespace SecureCollectives.Launchers;

/// <summary>
/// Hydra, the mpiexec of MPICH and of Intel MPI (https://github.com/pmodels/mpich/tree/main/src/pm/hydra), known by PMI_RANK or PMI_SIZE.
/// </summary>
internal sealed class HydraLauncher : Launcher
{
    private const string RankName = "PMI_RANK";
    private const string SizeName = "PMI_SIZE";

    public override LaunchedPlace? Find(EnvironmentReader variables)
    {
        // srun --mpi=pmi2 sets the two as well, with the number of its job and step beside them: Slurm's own variables say more.
        if ((!variables.Has(RankName) && !variables.Has(SizeName)) || (variables.Has("PMI_JOBID") && variables.Has(SlurmLauncher.Step)))
        {
            return null;
        }

        var rank = variables.Number(RankName);
        var worldSize = variables.Count(SizeName);
        var localSize = variables.Count("MPI_LOCALNRANKS");
        var localRank = variables.Number("MPI_LOCALRANKID");
        return new LaunchedPlace("mpiexec")
        {
            Rank = worldSize is null ? null : rank,
            WorldSize = rank is null ? null : worldSize,
            LocalRank = localRank,
            LocalWorldSize = CountedHostByHost(variables, rank, worldSize, localRank, localSize),
            MasterAddress = localSize is not null && localSize == worldSize ? "127.0.0.1" : null,
            DerivesPort = true,
            RankAdvice = $"mpiexec sets {RankName} and {SizeName}: do not clear the environment on the way to the worker",
            AddressAdvice = "workers run on several hosts, and mpiexec does not say where rank 0 is. Add "
                + $"-genv {PlaceVariables.MasterAddress} <the first host> to mpiexec",
            RunIdAdvice = $"mpiexec does not name the run. Add -genv {PlaceVariables.RunId} $(uuidgen) to mpiexec",
        };
    }
}
