namespace SecureCollectives.Reduction;

/// <summary>result = left combined with right, element by element; all are as long, and the result may be either.</summary>
internal delegate void Combination<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result);

/// <summary>Makes the result of combined values, in place.</summary>
internal delegate void Finishing<T>(Span<T> values, int worldSize);

/// <summary>Gives every NaN the same bits.</summary>
internal delegate void NaNUnification<T>(Span<T> values);
