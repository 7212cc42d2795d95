namespace SecureCollectives.Testing;

/// <summary>The system's clock, shown ahead or behind: what a host sees whose clock is not set.</summary>
internal sealed class ShiftedTime(TimeSpan shift) : TimeProvider
{
    private long _shift = shift.Ticks;

    /// <param name="by">By how much it is ahead from now on; negative where it is behind.</param>
    public void ShiftTo(TimeSpan by) => Interlocked.Exchange(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));
}
