namespace SecureCollectives.Reduction;

/// <summary>Gives all NaNs the same bits.</summary>
internal delegate void NaNUnification<T>(Span<T> values);
