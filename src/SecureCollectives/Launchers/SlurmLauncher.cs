namespace SecureCollectives.Launchers;

/// <summary>
/// Slurm's srun (https://slurm.schedmd.com/srun.html#SECTION_OUTPUT-ENVIRONMENT-VARIABLES), recognized by SLURM_JOB_ID. Only a step has
/// several workers: a batch script or salloc's shell is a single process, although its variables give the size of the allocation.
/// </summary>
internal sealed class SlurmLauncher : Launcher
{
    /// <summary>Set only in processes that srun started.</summary>
    public const string Step = "SLURM_STEP_ID";

    private const string Job = "SLURM_JOB_ID";

    public override LaunchedPlace? Find(EnvironmentReader variables)
    {
        if (!variables.Has(Job))
        {
            return null;
        }

        if (variables.Has("SLURM_HET_SIZE"))
        {
            return new LaunchedPlace("Slurm")
            {
                RankAdvice = "the components of a heterogeneous Slurm job have different job ids and node lists. "
                    + $"Set {PlaceVariables.Rank} from SLURM_PROCID, and {PlaceVariables.WorldSize}, {PlaceVariables.MasterAddress}, "
                    + $"{PlaceVariables.MasterPort} and {PlaceVariables.RunId} for all components",
            };
        }

        return variables.Has(Step) ? InStep(variables) : new LaunchedPlace("Slurm")
        {
            RankAdvice = $"this process runs in a Slurm job ({Job} is set) but srun did not start it. Start the workers with srun",
        };
    }

    private static LaunchedPlace InStep(EnvironmentReader variables)
    {
        // SLURM_STEP_NUM_TASKS and SLURM_PROCID belong to the step, and srun sets SLURM_NTASKS to the same number of tasks. All other
        // variables may describe the allocation.
        var worldSize = variables.Count("SLURM_STEP_NUM_TASKS") ?? variables.Count("SLURM_NTASKS");
        var rank = variables.Number("SLURM_PROCID");
        var job = variables.Number(Job);
        var step = variables.Number(Step);
        var distribution = variables.Text("SLURM_DISTRIBUTION") ?? string.Empty;
        var nodes = variables.Text("SLURM_STEP_NODELIST") ?? variables.Text("SLURM_JOB_NODELIST");
        var isOneNode = variables.Text("SLURM_STEP_NUM_NODES") == "1";
        return new LaunchedPlace("Slurm")
        {
            Rank = worldSize is null ? null : rank,
            WorldSize = rank is null ? null : worldSize,
            LocalRank = variables.Number("SLURM_LOCALID"),
            LocalWorldSize = isOneNode || IsBlock(distribution)
                ? SlurmTaskCounts.Common(variables.Text("SLURM_STEP_TASKS_PER_NODE")) : null,
            MasterAddress = isOneNode ? "127.0.0.1" : IsArbitrary(distribution) ? null : SlurmHostList.First(nodes),
            MasterPort = job is { } number && step is { } of ? DerivedPort.Of(number, of) : null,
            RunId = job is null || step is null ? null : $"slurm.{job}.{step}.{variables.Number("SLURM_RESTART_COUNT") ?? 0}",
            RankAdvice = "srun sets SLURM_PROCID and SLURM_STEP_NUM_TASKS: do not clear the environment on the way to the worker",
            AddressAdvice = IsArbitrary(distribution)
                ? $"with --distribution=arbitrary rank 0 can be on any node. Set {PlaceVariables.MasterAddress}"
                : $"SLURM_STEP_NODELIST names no node. Set {PlaceVariables.MasterAddress}",
        };
    }

    /// <summary>The first part of the distribution applies to nodes, the second to the sockets of a node. The default is block.</summary>
    private static bool IsBlock(string distribution) => distribution.Length == 0 || NodeLevel(distribution) is "block" or "*";

    private static bool IsArbitrary(string distribution) => NodeLevel(distribution) == "arbitrary";

    private static string NodeLevel(string distribution) => distribution.Split(':', ',')[0];
}
