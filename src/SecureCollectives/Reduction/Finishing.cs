namespace SecureCollectives.Reduction;

/// <summary>Turns the combined values of all ranks into the result, in place.</summary>
internal delegate void Finishing<T>(Span<T> values, int worldSize);
