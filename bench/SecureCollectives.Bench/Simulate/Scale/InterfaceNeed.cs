namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>What it takes to fill a host's network interface.</summary>
/// <param name="BitsPerSecond">Of the interface.</param>
/// <param name="IsSealed">Whether frames are sealed.</param>
/// <param name="BusyCores">As many cores, busy all the time, do the work of as many bytes as the interface takes.</param>
/// <param name="Channels">Of each rank: the fewest with which the interface is full, or those that fill it best.</param>
/// <param name="Cores">Of the host, with so many channels.</param>
/// <param name="Load">How busy the interface is with them: 1 is all the time.</param>
/// <param name="IsFull">Whether that counts as full.</param>
internal sealed record InterfaceNeed(
    long BitsPerSecond, bool IsSealed, double BusyCores, int Channels, int Cores, double Load, bool IsFull);
