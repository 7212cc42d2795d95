namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>One direction of a host's network interface: frames pass one after the other, in the order in which they come.</summary>
internal sealed class SimulatedInterface(Wire wire)
{
    private double _freeAt;

    public double BusySeconds { get; private set; }

    /// <summary>Takes a frame at a time that is not before any earlier one's.</summary>
    /// <returns>When its first byte passes and when its last has.</returns>
    public (double First, double Last) Pass(double time, long bytes)
    {
        var first = Math.Max(time, _freeAt);
        var seconds = bytes / wire.BytesPerSecond;
        _freeAt = first + seconds;
        BusySeconds += seconds;
        return (first, _freeAt);
    }
}
