namespace SecureCollectives.Transport.Schedules;

/// <summary>A rank's own part of the result: copied from its input to its output, without a peer.</summary>
/// <param name="SourceOffset">Bytes from the input's start.</param>
/// <param name="TargetOffset">Bytes from the output's start.</param>
/// <param name="Length">Bytes; may exceed 2 GiB.</param>
internal readonly record struct LocalCopy(long SourceOffset, long TargetOffset, long Length);
