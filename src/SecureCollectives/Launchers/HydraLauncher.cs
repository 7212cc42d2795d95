namespace SecureCollectives.Launchers;

/// <summary>
/// Hydra, the mpiexec of MPICH and Intel MPI (https://github.com/pmodels/mpich/tree/main/src/pm/hydra), recognized by PMI_RANK or PMI_SIZE.
/// </summary>
internal sealed class HydraLauncher : Launcher
{
    private static readonly MpiVariables Names = new("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS");

    public override LaunchedPlace? Find(EnvironmentReader variables)
    {
        // srun --mpi=pmi2 also sets PMI_RANK and PMI_SIZE, and sets PMI_JOBID to its job and step. Slurm's own variables give more.
        return !Names.AreIn(variables) || (variables.Has("PMI_JOBID") && variables.Has(SlurmLauncher.Step))
            ? null
            : Names.Read(variables, "mpiexec", "mpiexec", $"-genv {PlaceVariables.MasterAddress} <the first host>") with
            {
                RunIdAdvice = $"mpiexec does not name the run. Add -genv {PlaceVariables.RunId} $(uuidgen) to mpiexec",
            };
    }
}
