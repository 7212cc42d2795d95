namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// The address of a caller's buffer, for threads that hold no reference to it. The call keeps the buffer pinned while this is in use.
/// </summary>
/// <param name="Address">The address of the first byte.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct PinnedBuffer(nint Address, long Length);
