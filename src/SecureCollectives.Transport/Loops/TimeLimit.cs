namespace SecureCollectives.Transport.Loops;

/// <summary>
/// When an operation is given up. Not at its deadline at once: this process may have been held up until then, and what it seems to wait for
/// have come in time. So nobody is blamed before the lanes have brought nothing for a moment, in which threads that bring what came over
/// gRPC get their turn. Bounded, since a peer could go on for ever.
/// </summary>
internal struct TimeLimit
{
    /// <summary>Moments in the longest extension.</summary>
    private const int Moments = 10;

    private readonly long _extension;
    private long _last;

    /// <param name="deadline">When it is late, on any clock that only goes forward.</param>
    /// <param name="extension">The longest extension, on that clock.</param>
    public TimeLimit(long deadline, long extension)
    {
        Deadline = deadline;
        _extension = extension;
        _last = long.MaxValue;
    }

    /// <summary>When to look again at the latest.</summary>
    public long Deadline { get; private set; }

    /// <param name="now">The time before the lanes were looked at.</param>
    /// <param name="moved">Whether that look moved anything.</param>
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
