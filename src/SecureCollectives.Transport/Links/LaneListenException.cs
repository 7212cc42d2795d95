namespace SecureCollectives.Transport.Links;

/// <summary>No port for lanes can be opened at an address of this machine.</summary>
internal sealed class LaneListenException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>Whether the ports are to blame, all of which are in use, and not the address.</summary>
    public bool PortsAreInUse { get; init; }
}
