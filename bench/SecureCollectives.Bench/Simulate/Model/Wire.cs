namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>The network between hosts. Each host has one interface; the host's ranks share both of its directions.</summary>
/// <param name="LatencySeconds">One-way latency from a loop to one on another host, transmission time excluded.</param>
/// <param name="BytesPerSecond">The bandwidth of each direction of an interface.</param>
internal sealed record Wire(double LatencySeconds, double BytesPerSecond);
