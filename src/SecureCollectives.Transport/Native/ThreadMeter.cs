namespace SecureCollectives.Transport.Native;

/// <summary>Measures the processor time of a thread in intervals. Used on one thread only.</summary>
internal sealed class ThreadMeter
{
    private const long NanosecondsPerTick = 100;

    private long _last = ThreadClock.Now;

    /// <summary>Returns the processor time of the calling thread since the last call.</summary>
    public TimeSpan Take()
    {
        var now = ThreadClock.Now;
        var taken = now - _last;
        _last = now;
        return TimeSpan.FromTicks(taken / NanosecondsPerTick);
    }
}
