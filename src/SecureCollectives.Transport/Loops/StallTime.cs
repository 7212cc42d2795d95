namespace SecureCollectives.Transport.Loops;

/// <summary>When an operation counts as stalled: nothing has moved for a while. Told once in an operation.</summary>
internal struct StallTime
{
    private readonly long _length;
    private long _since;
    private bool _isOver;

    /// <param name="now">The time, on any clock that only goes forward.</param>
    /// <param name="length">Of a stall, on that clock.</param>
    public StallTime(long now, long length)
    {
        _since = now;
        _length = length;
    }

    /// <summary>When to look again at the latest.</summary>
    public readonly long Due => _isOver ? long.MaxValue : _since + _length;

    /// <param name="now">The time.</param>
    /// <param name="moved">Whether anything has moved since the last look.</param>
    /// <returns>Whether the operation has just stalled.</returns>
    public bool IsOver(long now, bool moved)
    {
        if (moved)
        {
            _since = now;
            return false;
        }

        var isOver = now >= Due;
        _isOver |= isOver;
        return isOver;
    }
}
