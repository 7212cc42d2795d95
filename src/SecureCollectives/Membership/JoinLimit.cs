namespace SecureCollectives.Membership;

/// <summary>
/// The time limit for a join. It covers all steps, from loading the worker's certificate and resolving rank 0 to receiving the roster.
/// </summary>
internal sealed class JoinLimit : IDisposable
{
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _limit;
    private readonly long _started;

    /// <param name="timeout">The time limit.</param>
    /// <param name="clock">The clock that measures it.</param>
    /// <param name="cancellationToken">The caller's token, which cancels the join.</param>
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

    /// <summary>Cancelled when the time limit expires or the caller cancels.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether the time limit has expired and the caller has not cancelled.</summary>
    public bool IsOver => _late.IsCancellationRequested && !_cancelled.IsCancellationRequested;

    public TimeSpan Elapsed => Clock.GetElapsedTime(_started);

    public TimeSpan Remaining => Timeout - Elapsed;

    /// <summary>Returns the limit as text, such as "120 s".</summary>
    public override string ToString() => $"{Timeout.TotalSeconds:0.###} s";

    /// <summary>Waits before another attempt.</summary>
    /// <exception cref="OperationCanceledException">The time limit has expired, or the caller has cancelled.</exception>
    public Task DelayAsync(TimeSpan pause) => Task.Delay(pause, Clock, Token);

    public void Dispose()
    {
        _limit.Dispose();
        _late.Dispose();
    }
}
