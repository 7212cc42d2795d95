namespace SecureCollectives.Transport.Loops;

/// <summary>Detects that an operation has stalled: nothing has moved for a while. Reports it once per operation.</summary>
internal struct StallTime
{
    private readonly long _length;
    private long _since;
    private bool _isOver;

    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <param name="length">The time without progress that counts as a stall, on that clock.</param>
    public StallTime(long now, long length)
    {
        _since = now;
        _length = length;
    }

    /// <summary>The latest time to check again.</summary>
    public readonly long Due => _isOver ? long.MaxValue : _since + _length;

    /// <param name="now">The current time, on the clock used for the constructor's arguments.</param>
    /// <param name="moved">Whether anything has moved since the last check.</param>
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
