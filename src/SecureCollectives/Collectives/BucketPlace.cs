namespace SecureCollectives.Collectives;

/// <summary>The place of a parameter's gradient.</summary>
/// <param name="Bucket">The bucket's index, from 0 in the order in which buckets are reduced.</param>
/// <param name="Start">The index of the gradient's first element in the bucket.</param>
/// <param name="Count">The number of elements in the gradient.</param>
internal readonly record struct BucketPlace(int Bucket, int Start, int Count);
