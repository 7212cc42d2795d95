namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Carries the question what a loop waits for to the thread that drives it, and the answer back. While nobody asks, it costs the loop one
/// read of a field a pass.
/// </summary>
/// <param name="clock">Tells the time.</param>
internal sealed class LoopObserver(TimeProvider clock)
{
    private TaskCompletionSource<LoopWait>? _asked;
    private long _began;

    /// <summary>Whether somebody waits for an answer.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) is not null;

    /// <summary>How long the operation at hand has been running. For the thread that drives the loop.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>An operation begins. For the thread that drives the loop.</summary>
    /// <param name="now">The clock's timestamp.</param>
    public void Begin(long now) => _began = now;

    /// <summary>Asks; all who ask before the answer get the same one. The loop is to be woken after this.</summary>
    public Task<LoopWait> AskAsync()
    {
        var fresh = new TaskCompletionSource<LoopWait>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _asked, fresh, null) ?? fresh).Task;
    }

    /// <summary>Answers everybody who has asked.</summary>
    public void Answer(LoopWait wait) => Interlocked.Exchange(ref _asked, null)?.TrySetResult(wait);
}
