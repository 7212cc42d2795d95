namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>One direction of a host's network interface. Frames pass one after the other, in order of arrival.</summary>
internal sealed class SimulatedInterface(Wire wire)
{
    private double _freeAt;

    public double BusySeconds { get; private set; }

    /// <summary>Accepts a frame. Calls must be in time order.</summary>
    /// <returns>The time at which the frame's first byte starts to pass, and the time at which its last byte has passed.</returns>
    public (double First, double Last) Pass(double time, long bytes)
    {
        var first = Math.Max(time, _freeAt);
        var seconds = bytes / wire.BytesPerSecond;
        _freeAt = first + seconds;
        BusySeconds += seconds;
        return (first, _freeAt);
    }
}
