namespace SecureCollectives.Testing;

/// <summary>The system's clock shifted forwards or backwards, as on a host whose clock is wrong.</summary>
internal sealed class ShiftedTime(TimeSpan shift) : TimeProvider
{
    private long _shift = shift.Ticks;

    /// <param name="by">How far the clock is ahead from now on; negative if it is behind.</param>
    public void ShiftTo(TimeSpan by) => Interlocked.Exchange(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));
}
