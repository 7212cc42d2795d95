namespace SecureCollectives.Launchers;

/// <summary>
/// Open MPI's mpirun (https://docs.open-mpi.org/en/v5.0.x/tuning-apps/environment-var.html), recognized by OMPI_COMM_WORLD_RANK or
/// OMPI_COMM_WORLD_SIZE.
/// </summary>
internal sealed class OpenMpiLauncher : Launcher
{
    private static readonly MpiVariables Names = new(
        "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE");

    public override LaunchedPlace? Find(EnvironmentReader variables) => !Names.AreIn(variables)
        ? null
        : Names.Read(variables, "Open MPI", "mpirun", $"-x {PlaceVariables.MasterAddress}=<the first host>") with
        {
            RunId = RunIdOf(variables),
            RunIdAdvice = $"mpirun does not name the run. Add -x {PlaceVariables.RunId}=$(uuidgen) to mpirun",
        };

    /// <summary>
    /// The job number is derived from mpirun's host and process id, so it recurs. Up to version 4, mpirun also sets a random key that all
    /// processes of the run share.
    /// </summary>
    private static string? RunIdOf(EnvironmentReader variables) =>
        (variables.Text("PMIX_NAMESPACE") ?? variables.Text("OMPI_MCA_ess_base_jobid")) is not { } job ? null
            : variables.Text("OMPI_MCA_orte_precondition_transports") is { } key ? $"openmpi.{job}.{key}" : $"openmpi.{job}";
}
