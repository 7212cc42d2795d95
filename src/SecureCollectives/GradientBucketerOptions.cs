namespace SecureCollectives;

/// <summary>
/// How a <see cref="GradientBucketer{T}"/> groups gradients into buckets and combines them. All ranks must use the same values.
/// </summary>
public sealed class GradientBucketerOptions
{
    /// <summary>
    /// The size in bytes at which a bucket takes no more gradients; positive. Default 25 MiB, as in PyTorch's DistributedDataParallel.
    /// Larger buckets mean fewer operations; smaller ones start earlier and leave less to reduce after the backward pass.
    /// </summary>
    public int BucketBytes { get; set; } = 25 << 20;

    /// <summary>
    /// The same limit for the first bucket, which holds the gradients of the last parameters; positive. Default 1 MiB: the bucket is
    /// complete early, so that the network starts working early.
    /// </summary>
    public int FirstBucketBytes { get; set; } = 1 << 20;

    /// <summary>How gradients are combined. Default <see cref="ReduceOp.Average"/>.</summary>
    public ReduceOp Operation { get; set; } = ReduceOp.Average;
}
