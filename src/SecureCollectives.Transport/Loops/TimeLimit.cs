namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Decides when an operation times out. It does not time out exactly at its deadline: the process may have been descheduled while the
/// awaited data arrived. So no rank is blamed until the lanes have delivered nothing for a short while, during which the threads that
/// deliver gRPC data also get a turn. The extension is bounded, because a peer could keep sending indefinitely.
/// </summary>
internal struct TimeLimit
{
    /// <summary>The number of such short waits in the longest extension.</summary>
    private const int Moments = 10;

    private readonly long _extension;
    private long _last;

    /// <param name="deadline">The deadline of the operation, on any monotonic clock.</param>
    /// <param name="extension">The longest extension beyond the deadline, on that clock.</param>
    public TimeLimit(long deadline, long extension)
    {
        Deadline = deadline;
        _extension = extension;
        _last = long.MaxValue;
    }

    /// <summary>The latest time to check again.</summary>
    public long Deadline { get; private set; }

    /// <param name="now">The time before the lanes were tried, on the deadline's clock.</param>
    /// <param name="moved">Whether that try moved anything.</param>
    public bool IsOver(long now, bool moved)
    {
        if (_last == long.MaxValue)
        {
            if (now <= Deadline)
            {
                return false;
            }

            _last = now + _extension;
            moved = true;
        }

        if (moved)
        {
            Deadline = Math.Min(now + (_extension / Moments), _last);
        }

        return now > Deadline;
    }
}
