namespace SecureCollectives.Transport.Schedules;

/// <summary>A rank's own part of the result: copied from its input to its output without involving a peer.</summary>
/// <param name="SourceOffset">The offset in the input, in bytes.</param>
/// <param name="TargetOffset">The offset in the output, in bytes.</param>
/// <param name="Length">The number of bytes; may exceed 2 GiB.</param>
internal readonly record struct LocalCopy(long SourceOffset, long TargetOffset, long Length);
