namespace SecureCollectives.Transport.Links;

/// <summary>A port for lanes cannot be opened at an address of this machine.</summary>
internal sealed class LaneListenException(string message, Exception innerException) : Exception(message, innerException);
