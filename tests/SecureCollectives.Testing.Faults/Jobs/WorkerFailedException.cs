namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>A worker reported that its calls failed.</summary>
internal sealed class WorkerFailedException(
    WorkerFailure failure) : Exception($"rank {failure.Rank} failed ({failure.Error}): {failure.Message}")
{
    public WorkerFailure Failure => failure;
}
