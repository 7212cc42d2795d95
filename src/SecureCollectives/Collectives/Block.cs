namespace SecureCollectives.Collectives;

/// <summary>What one rank sends another in an exchange, or gets from it: elements that follow each other in a buffer.</summary>
/// <param name="Start">The first element, counted from the buffer's begin.</param>
/// <param name="Count">How many; none is a block too.</param>
internal readonly record struct Block(long Start, long Count);
