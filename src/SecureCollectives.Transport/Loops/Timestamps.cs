namespace SecureCollectives.Transport.Loops;

/// <summary>Computes deadlines in the timestamps of a clock.</summary>
internal static class Timestamps
{
    /// <summary>Returns the timestamp at which a time limit ends.</summary>
    public static long Deadline(this TimeProvider clock, TimeSpan fromNow) => clock.GetTimestamp() + clock.Ticks(fromNow);

    /// <summary>
    /// Returns a duration in the unit of timestamps. Capped, because the longest durations would overflow and expire immediately.
    /// </summary>
    public static long Ticks(this TimeProvider clock, TimeSpan time) =>
        (long)(Math.Min(time.TotalSeconds, int.MaxValue) * clock.TimestampFrequency);
}
