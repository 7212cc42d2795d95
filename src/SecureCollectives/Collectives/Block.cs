namespace SecureCollectives.Collectives;

/// <summary>The contiguous elements that one rank sends to another in an exchange, or receives from it.</summary>
/// <param name="Start">The index of the first element in the buffer.</param>
/// <param name="Count">The number of elements; may be 0.</param>
internal readonly record struct Block(long Start, long Count);
