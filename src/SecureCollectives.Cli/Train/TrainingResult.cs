namespace SecureCollectives.Cli.Train;

/// <summary>The end of a training: the accuracy of this worker's weights, and the digest of every rank's.</summary>
internal sealed record TrainingResult(double TestAccuracy, WeightDigest[] Digests)
{
    /// <summary>The ranks whose weights are not those of rank 0.</summary>
    public int[] DifferingRanks => [.. Enumerable.Range(0, Digests.Length).Where(rank => !Digests[rank].Equals(Digests[0]))];
}
