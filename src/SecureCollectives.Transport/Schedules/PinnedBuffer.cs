namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// The address of a caller's buffer, for threads that hold no reference to it. The call keeps the buffer pinned while this is in use.
/// </summary>
/// <param name="Address">The address of the first byte, valid while the call keeps the buffer pinned.</param>
/// <param name="Length">The length in bytes.</param>
internal readonly record struct PinnedBuffer(nint Address, long Length);
