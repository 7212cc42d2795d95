namespace SecureCollectives.Transport.Grpc;

/// <summary>Receives the completions of a lane's reads and writes, and notifies whatever drives the lane at the time.</summary>
internal sealed class LaneSignal
{
    private volatile Action? _raise;

    /// <summary>Sets the callback. The caller must check the lane once more before it waits.</summary>
    public void Attach(Action raise) => _raise = raise;

    public void Raise() => _raise?.Invoke();
}
