namespace SecureCollectives.Transport.Lanes;

/// <summary>A lane could not be connected; another link may be tried.</summary>
internal sealed class LaneConnectException(string message, Exception? innerException = null) : Exception(message, innerException);
