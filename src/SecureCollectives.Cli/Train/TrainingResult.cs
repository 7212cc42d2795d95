namespace SecureCollectives.Cli.Train;

/// <summary>The result of training: the test accuracy of this worker's weights, and the digest of every rank's weights.</summary>
internal sealed record TrainingResult(double TestAccuracy, WeightDigest[] Digests)
{
    /// <summary>The ranks whose weights differ from rank 0's.</summary>
    public int[] DifferingRanks => [.. Enumerable.Range(0, Digests.Length).Where(rank => !Digests[rank].Equals(Digests[0]))];
}
