namespace SecureCollectives.Transport.Native;

/// <summary>Tells in pieces what a thread's work costs: the processor time since it was last asked. Used on one thread.</summary>
internal sealed class ThreadMeter
{
    private const long NanosecondsPerTick = 100;

    private long _last = ThreadClock.Now;

    /// <summary>The processor time of the calling thread since the last call.</summary>
    public TimeSpan Take()
    {
        var now = ThreadClock.Now;
        var taken = now - _last;
        _last = now;
        return TimeSpan.FromTicks(taken / NanosecondsPerTick);
    }
}
