namespace SecureCollectives.Reduction;

/// <summary>Gives every NaN the same bits.</summary>
internal delegate void NaNUnification<T>(Span<T> values);
