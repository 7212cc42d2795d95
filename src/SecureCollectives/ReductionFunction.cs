namespace SecureCollectives;

/// <summary>A reduction of one's own, for <see cref="ReduceOp.Define"/>: combines the elements of two sides, one by one.</summary>
/// <typeparam name="T">The element type.</typeparam>
/// <param name="left">Elements of one side: combined from some of the ranks, or one rank's own.</param>
/// <param name="right">Those of the other side, as many.</param>
/// <param name="result">Takes the combined elements, as many; may be the memory of either side.</param>
public delegate void ReductionFunction<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result);
