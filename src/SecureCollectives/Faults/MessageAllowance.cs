namespace SecureCollectives.Faults;

/// <summary>
/// Limits how many messages about failures one rank may send, over all its connections: a token bucket. Each message is handled at once and
/// costs little; a rank whose communicators all fail at the same moment sends three per communicator. Not thread-safe; time is an argument.
/// </summary>
internal sealed class MessageAllowance(TimeSpan now)
{
    /// <summary>
    /// The messages allowed at once: enough for all communicators that a worker may have (<see cref="Arbiter.MaxCases"/>), and as many
    /// again.
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
