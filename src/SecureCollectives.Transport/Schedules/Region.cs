namespace SecureCollectives.Transport.Schedules;

/// <summary>Describes a span of one of an operation's buffers.</summary>
/// <param name="Buffer">The buffer in which the span lies.</param>
/// <param name="Offset">The offset from the start of the buffer, in bytes.</param>
/// <param name="Length">The length in bytes.</param>
internal readonly record struct Region(BufferRole Buffer, long Offset, int Length);
