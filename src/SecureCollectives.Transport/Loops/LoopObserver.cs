namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Relays the question of what a loop is waiting for to the thread that drives it, and relays the answer back. While nobody asks, it costs
/// the loop one field read per pass.
/// </summary>
/// <param name="clock">The clock of the loop.</param>
internal sealed class LoopObserver(TimeProvider clock)
{
    private TaskCompletionSource<LoopWait>? _asked;
    private long _began;

    /// <summary>Whether a caller awaits an answer.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) is not null;

    /// <summary>How long the current operation has been running. For the driving thread only.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>Records the start of an operation. For the driving thread only.</summary>
    /// <param name="now">The current timestamp of the clock.</param>
    public void Begin(long now) => _began = now;

    /// <summary>
    /// Asks what the loop is waiting for. All callers that ask before the answer comes share it. The caller must wake the loop afterwards.
    /// </summary>
    public Task<LoopWait> AskAsync()
    {
        var fresh = new TaskCompletionSource<LoopWait>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _asked, fresh, null) ?? fresh).Task;
    }

    /// <summary>Answers all callers that have asked.</summary>
    public void Answer(LoopWait wait) => Interlocked.Exchange(ref _asked, null)?.TrySetResult(wait);
}
