namespace SecureCollectives.Membership;

/// <summary>
/// The time that a worker has to join its job: one for all steps, from its own certificate and the name of rank 0 to the roster.
/// </summary>
internal sealed class JoinLimit : IDisposable
{
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _limit;
    private readonly long _started;

    /// <param name="timeout">How long joining may take.</param>
    /// <param name="clock">Counts it.</param>
    /// <param name="cancellationToken">The caller's: gives the attempt up.</param>
    public JoinLimit(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        Timeout = timeout;
        Clock = clock;
        _cancelled = cancellationToken;
        _started = clock.GetTimestamp();
        _late = new CancellationTokenSource(timeout, clock);
        _limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _late.Token);
        Token = _limit.Token;
    }

    public TimeSpan Timeout { get; }

    public TimeProvider Clock { get; }

    /// <summary>Fires when the time is over, and when the caller gives up.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether the time is over, and the caller has not given up.</summary>
    public bool IsOver => _late.IsCancellationRequested && !_cancelled.IsCancellationRequested;

    public TimeSpan Elapsed => Clock.GetElapsedTime(_started);

    public TimeSpan Remaining => Timeout - Elapsed;

    /// <summary>The limit in words: "120 s".</summary>
    public override string ToString() => $"{Timeout.TotalSeconds:0.###} s";

    /// <summary>Waits before another try.</summary>
    /// <exception cref="OperationCanceledException">The time is over, or the caller has given up.</exception>
    public Task DelayAsync(TimeSpan pause) => Task.Delay(pause, Clock, Token);

    public void Dispose()
    {
        _limit.Dispose();
        _late.Dispose();
    }
}
