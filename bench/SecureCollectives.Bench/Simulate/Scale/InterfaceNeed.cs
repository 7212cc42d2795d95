namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>The cores and channels needed to fill a host's network interface.</summary>
/// <param name="BitsPerSecond">The rate of the interface.</param>
/// <param name="IsSealed">Whether frames are sealed.</param>
/// <param name="BusyCores">The work for a full interface, expressed as a number of fully busy cores.</param>
/// <param name="Channels">Channels per rank: the fewest that fill the interface, or, if none do, those that fill it best.</param>
/// <param name="Cores">Cores of the host with that many channels.</param>
/// <param name="Load">The share of the time during which the interface is busy, from 0 to 1.</param>
/// <param name="IsFull">Whether this load counts as full.</param>
internal sealed record InterfaceNeed(
    long BitsPerSecond, bool IsSealed, double BusyCores, int Channels, int Cores, double Load, bool IsFull);
