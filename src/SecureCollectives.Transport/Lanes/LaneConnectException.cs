namespace SecureCollectives.Transport.Lanes;

/// <summary>A lane could not be connected; opening another link may succeed.</summary>
internal sealed class LaneConnectException(string message, Exception? innerException = null) : Exception(message, innerException);
