namespace SecureCollectives.Cli.Train;

/// <summary>The collectives that training needs. All ranks make the same calls in the same order.</summary>
internal interface IWorkerGroup : IAsyncDisposable
{
    int Rank { get; }

    int Size { get; }

    /// <summary>Replaces <paramref name="values"/> with their mean over all ranks, on every rank.</summary>
    Task AverageAsync(Memory<float> values, CancellationToken cancellationToken);

    /// <summary>Gathers the 32-byte digests from all ranks, in rank order.</summary>
    Task<WeightDigest[]> GatherAsync(WeightDigest digest, CancellationToken cancellationToken);
}
