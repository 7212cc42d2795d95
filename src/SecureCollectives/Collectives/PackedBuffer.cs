namespace SecureCollectives.Collectives;

/// <summary>A buffer of a coalesced call, and its place in the operation that it goes in.</summary>
/// <param name="Buffer">Which of the call's buffers, from 0.</param>
/// <param name="Start">Where it begins in the operation, in elements.</param>
/// <param name="Count">Its elements.</param>
internal readonly record struct PackedBuffer(int Buffer, int Start, int Count);
