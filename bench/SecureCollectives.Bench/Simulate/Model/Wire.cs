namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>What lies between hosts. Each host has one interface, on whose two directions the ranks of the host wait in line.</summary>
/// <param name="LatencySeconds">One way, from a loop to that of another host, beside the time that the bytes take.</param>
/// <param name="BytesPerSecond">Of each direction of an interface.</param>
internal sealed record Wire(double LatencySeconds, double BytesPerSecond);
