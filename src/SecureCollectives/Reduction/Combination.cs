namespace SecureCollectives.Reduction;

/// <summary>result = left combined with right, element by element; all are as long, and the result may be either.</summary>
internal delegate void Combination<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result);
