namespace SecureCollectives.Launchers;

/// <summary>
/// A PMIx server without Open MPI's variables, such as prterun (https://docs.prrte.org), recognized by PMIX_RANK. It gives the rank of the
/// process, but not the number of processes.
/// </summary>
internal sealed class PmixLauncher : Launcher
{
    private const string RankName = "PMIX_RANK";

    /// <summary>The prefix of the namespaces that srun --mpi=pmix creates. Slurm's own variables give more.</summary>
    private const string SlurmNamespace = "slurm.";

    public override LaunchedPlace? Find(EnvironmentReader variables)
    {
        var space = variables.Text("PMIX_NAMESPACE");
        return !variables.Has(RankName) || (space is not null && space.StartsWith(SlurmNamespace, StringComparison.Ordinal))
            ? null
            : new LaunchedPlace("PMIx")
            {
                Rank = variables.Number(RankName),
                DerivesPort = true,
                RunId = space is null ? null : $"pmix.{space}",
                RankAdvice = $"a PMIx server started this process ({RankName} is set) and does not say how many it started. "
                    + $"Set {PlaceVariables.WorldSize} for all of them",
                AddressAdvice = "the PMIx server does not say where rank 0 is. "
                    + $"Set {PlaceVariables.MasterAddress} to its host, or to 127.0.0.1 where all run on one",
                RunIdAdvice = $"PMIX_NAMESPACE is missing. Set {PlaceVariables.RunId} for all of them, another for each run",
            };
    }
}
