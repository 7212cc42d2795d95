namespace SecureCollectives;

/// <summary>A user-defined reduction for <see cref="ReduceOp.Define"/>: combines the elements of two operands, one by one.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="left">One operand: a rank's own elements or a partial result of several ranks.</param>
/// <param name="right">The other operand, of the same length.</param>
/// <param name="result">Receives the combined elements. Has the same length and may be the same memory as either operand.</param>
public delegate void ReductionFunction<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result);
