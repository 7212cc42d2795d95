namespace SecureCollectives.Transport.Links;

/// <summary>A port for lanes could not be opened at an address of this machine.</summary>
internal sealed class LaneListenException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>Whether all the ports are in use, rather than the address being unusable.</summary>
    public bool PortsAreInUse { get; init; }
}
