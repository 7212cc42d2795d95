namespace SecureCollectives.Transport.Grpc;

/// <summary>Where completions of a lane's reads and writes report: to whoever drives the lane at the time.</summary>
internal sealed class LaneSignal
{
    private volatile Action? _raise;

    /// <summary>From now on this is called. Who attaches looks at the lane once more before it waits.</summary>
    public void Attach(Action raise) => _raise = raise;

    public void Raise() => _raise?.Invoke();
}
