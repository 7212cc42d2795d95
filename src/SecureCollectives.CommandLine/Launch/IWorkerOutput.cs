namespace SecureCollectives.CommandLine.Launch;

/// <summary>The destination of the workers' output. Each copy runs until the end of its source, or until the token is cancelled.</summary>
internal interface IWorkerOutput
{
    Task CopyOutputAsync(int rank, Stream source, CancellationToken cancellationToken);

    Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken);
}
