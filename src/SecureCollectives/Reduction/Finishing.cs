namespace SecureCollectives.Reduction;

/// <summary>Makes the result of combined values, in place.</summary>
internal delegate void Finishing<T>(Span<T> values, int worldSize);
