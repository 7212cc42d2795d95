namespace SecureCollectives.Collectives;

/// <summary>A buffer of a coalesced call and its place in the operation that carries it.</summary>
/// <param name="Buffer">The buffer's index in the call, from 0.</param>
/// <param name="Start">The index of its first element in the operation.</param>
/// <param name="Count">The number of its elements.</param>
internal readonly record struct PackedBuffer(int Buffer, int Start, int Count);
