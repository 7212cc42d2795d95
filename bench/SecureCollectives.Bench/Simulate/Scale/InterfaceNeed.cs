namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>The cores and channels that it takes to fill a host's network interface.</summary>
/// <param name="BitsPerSecond">The rate of the interface.</param>
/// <param name="IsSealed">Whether frames are sealed.</param>
/// <param name="BusyCores">The number of fully busy cores that the work for a full interface corresponds to.</param>
/// <param name="Channels">Channels per rank: the fewest that fill the interface, or, if none do, those that fill it best.</param>
/// <param name="Cores">Cores of the host with that many channels.</param>
/// <param name="Load">The share of time for which the interface is busy; 1 is all the time.</param>
/// <param name="IsFull">Whether this load counts as full.</param>
internal sealed record InterfaceNeed(
    long BitsPerSecond, bool IsSealed, double BusyCores, int Channels, int Cores, double Load, bool IsFull);
