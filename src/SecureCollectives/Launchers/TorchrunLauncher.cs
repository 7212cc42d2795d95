namespace SecureCollectives.Launchers;

/// <summary>
/// torchrun (https://docs.pytorch.org/docs/stable/elastic/run.html#environment-variables), recognized by TORCHELASTIC_RUN_ID.
/// </summary>
/// <remarks>
/// If TORCHELASTIC_USE_AGENT_STORE is True, torchrun itself listens on MASTER_PORT. A restart after a failure increments
/// TORCHELASTIC_RESTART_COUNT on the host where a worker failed
/// (https://github.com/pytorch/pytorch/blob/main/torch/distributed/elastic/agent/server/local_elastic_agent.py).
/// </remarks>
internal sealed class TorchrunLauncher : Launcher
{
    /// <summary>The run id that torchrun reports if none was given.</summary>
    private const string Unnamed = "none";

    public override LaunchedPlace? Find(EnvironmentReader variables)
    {
        if (variables.Text("TORCHELASTIC_RUN_ID") is not { } id)
        {
            return null;
        }

        var restarts = variables.Number("TORCHELASTIC_RESTART_COUNT") ?? 0;
        return new LaunchedPlace("torchrun")
        {
            Rank = variables.Number(PlaceVariables.Rank),
            WorldSize = variables.Count(PlaceVariables.WorldSize),
            TakesMasterPort = variables.Text("TORCHELASTIC_USE_AGENT_STORE") == "True",
            RunId = id == Unnamed ? null : $"{id}.{restarts}",
            RankAdvice = "torchrun started this process (TORCHELASTIC_RUN_ID is set) and sets both: "
                + "do not clear the environment on the way to the worker",
            AddressAdvice = $"torchrun sets {PlaceVariables.MasterAddress}: do not clear the environment on the way to the worker",
            RunIdAdvice = $"torchrun was given no id and says '{Unnamed}', which every run would share. "
                + $"Give it one with --rdzv-id, the same on all hosts and another for each run, or set {PlaceVariables.RunId}",
        };
    }
}
