namespace SecureCollectives.CommandLine.Launch;

/// <summary>Where the output of launched workers goes. Each copy lasts until the end of its source or until the token fires.</summary>
internal interface IWorkerOutput
{
    Task CopyOutputAsync(int rank, Stream source, CancellationToken cancellationToken);

    Task CopyErrorAsync(int rank, Stream source, CancellationToken cancellationToken);
}
