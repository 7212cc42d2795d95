namespace SecureCollectives.CommandLine.Launch;

/// <summary>The destination for the workers' output. Each copy runs until its source ends or the token is cancelled.</summary>
internal interface IWorkerOutput
{
    Task CopyOutputAsync(int rank, Stream source, CancellationToken cancellationToken);

    Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken);
}
