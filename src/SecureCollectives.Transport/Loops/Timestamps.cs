namespace SecureCollectives.Transport.Loops;

/// <summary>Deadlines on a clock's own timestamps.</summary>
internal static class Timestamps
{
    /// <summary>The timestamp at which a time limit ends.</summary>
    public static long Deadline(this TimeProvider clock, TimeSpan fromNow) => clock.GetTimestamp() + clock.Ticks(fromNow);

    /// <summary>In the units of timestamps; the longest times would overflow them, and end at once.</summary>
    public static long Ticks(this TimeProvider clock, TimeSpan time) =>
        (long)(Math.Min(time.TotalSeconds, int.MaxValue) * clock.TimestampFrequency);
}
