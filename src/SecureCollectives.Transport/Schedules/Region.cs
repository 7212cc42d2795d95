namespace SecureCollectives.Transport.Schedules;

/// <summary>A span of one of an operation's buffers, as data.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Offset">Bytes from the buffer's start.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct Region(BufferRole Buffer, long Offset, int Length);
