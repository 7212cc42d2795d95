namespace SecureCollectives.Collectives;

/// <summary>Where a parameter's gradient lies.</summary>
/// <param name="Bucket">In which bucket, from 0.</param>
/// <param name="Start">Where it begins there, in elements.</param>
/// <param name="Count">Its elements.</param>
internal readonly record struct BucketPlace(int Bucket, int Start, int Count);
