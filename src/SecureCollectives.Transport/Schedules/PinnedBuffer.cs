namespace SecureCollectives.Transport.Schedules;

/// <summary>Where a caller's buffer lies while its call keeps it in place, for threads that have no reference to it.</summary>
/// <param name="Address">Of its first byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct PinnedBuffer(nint Address, long Length);
