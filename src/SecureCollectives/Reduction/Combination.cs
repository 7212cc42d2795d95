namespace SecureCollectives.Reduction;

/// <summary>
/// Computes result = left combined with right, element by element. All spans have the same length, and the result may be either operand.
/// </summary>
internal delegate void Combination<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result);
