namespace SecureCollectives.Cli.Train;

/// <summary>What training needs of the workers' communicator. All ranks make the same calls in the same order.</summary>
internal interface IWorkerGroup : IAsyncDisposable
{
    int Rank { get; }

    int Size { get; }

    /// <summary>Replaces <paramref name="values"/>, on every rank, by the mean over all ranks.</summary>
    Task AverageAsync(Memory<float> values, CancellationToken cancellationToken);

    /// <summary>Every rank's 32-byte digest, in the order of ranks.</summary>
    Task<WeightDigest[]> GatherAsync(WeightDigest digest, CancellationToken cancellationToken);
}
