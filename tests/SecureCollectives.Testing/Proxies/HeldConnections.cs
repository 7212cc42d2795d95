namespace SecureCollectives.Testing.Proxies;

/// <summary>Connections that are accepted but not forwarded until they are released.</summary>
internal sealed class HeldConnections
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first connection has been accepted.</summary>
    public Task Arrived => _arrived.Task;

    public void Release() => _released.TrySetResult();

    public Task HoldAsync(CancellationToken cancellationToken)
    {
        _arrived.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }
}
