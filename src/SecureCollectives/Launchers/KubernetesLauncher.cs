namespace SecureCollectives.Launchers;

/// <summary>
/// A Kubernetes Indexed Job (https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode), recognized by
/// JOB_COMPLETION_INDEX, which is the index of the pod. The manifest must set everything else (see deploy/kubernetes).
/// </summary>
internal sealed class KubernetesLauncher : Launcher
{
    /// <summary>Set by the manifest from the pod's label batch.kubernetes.io/controller-uid, not by Kubernetes itself.</summary>
    public const string JobUid = "JOB_UID";

    private const string IndexName = "JOB_COMPLETION_INDEX";

    public override LaunchedPlace? Find(EnvironmentReader variables) => !variables.Has(IndexName) ? null : new LaunchedPlace("Kubernetes")
    {
        Rank = variables.Number(IndexName),
        RunId = variables.Text(JobUid) is { } uid ? $"kubernetes.{uid}" : null,
        RankAdvice = $"this is a pod of an Indexed Job ({IndexName} is set), which does not say how many there are. "
            + $"Set {PlaceVariables.WorldSize} in its manifest to the Job's completions",
        AddressAdvice = $"set {PlaceVariables.MasterAddress} in the Job's manifest to <job>-0.<headless service>",
        PortAdvice = $"set {PlaceVariables.MasterPort} in the Job's manifest, and let the NetworkPolicy pass it",
        RunIdAdvice = $"set {JobUid} in the Job's manifest from the pod's label batch.kubernetes.io/controller-uid (downward API), or set "
            + PlaceVariables.RunId,
    };
}
