namespace SecureCollectives.Faults;

/// <summary>
/// A token bucket that limits the failure messages that one rank may send, across all of its connections. Each message is handled
/// immediately and costs little; a rank whose communicators all fail at the same moment sends three per communicator. Not thread-safe;
/// time is passed in.
/// </summary>
internal sealed class MessageAllowance(TimeSpan now)
{
    /// <summary>
    /// The largest burst: enough messages for all communicators that a worker may have (<see cref="Arbiter.MaxCases"/>), twice over.
    /// </summary>
    public const int Capacity = 2048;

    public const int EarnedPerSecond = 64;

    private double _left = Capacity;
    private TimeSpan _refilled = now;

    /// <returns>False if the sender has sent too many.</returns>
    public bool TryTake(TimeSpan now)
    {
        _left = Math.Min(Capacity, _left + ((now - _refilled).TotalSeconds * EarnedPerSecond));
        _refilled = now;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
