namespace SecureCollectives;

/// <summary>How a <see cref="GradientBucketer{T}"/> divides gradients and combines them. All ranks must have the same values.</summary>
public sealed class GradientBucketerOptions
{
    /// <summary>
    /// Bytes from which a bucket takes no more gradients. Default 25 MiB, as PyTorch's DistributedDataParallel has. Larger buckets are
    /// fewer operations; smaller ones begin earlier, and leave less to be reduced when the backward pass has ended.
    /// </summary>
    public int BucketBytes { get; set; } = 25 << 20;

    /// <summary>
    /// The same for the first bucket, that of the last parameters. Default 1 MiB: it is soon complete, and the network has work from then
    /// on.
    /// </summary>
    public int FirstBucketBytes { get; set; } = 1 << 20;

    /// <summary>How gradients are combined. Default <see cref="ReduceOp.Average"/>.</summary>
    public ReduceOp Operation { get; set; } = ReduceOp.Average;
}
