namespace SecureCollectives.Transport.Loops;

/// <summary>
/// How long a rank looks for the culprit of a time-out: until nothing better was told for a while. Not for one while in all: where one rank gives up before the others, the
/// way from it to the culprit is told rank by rank, each naming the next, and that takes the longer the more ranks there are. Bounded, since a member could name
/// ever others.
/// </summary>
internal sealed class SettleTime
{
    /// <summary>Whiles at most.</summary>
    public const int MaxWhiles = 5;

    private readonly long _while;
    private readonly long _last;

    /// <param name="now">The time, on any clock that only goes forward.</param>
    /// <param name="length">Of a while, on that clock.</param>
    public SettleTime(long now, long length)
    {
        _while = length;
        _last = now + (MaxWhiles * length);
        Deadline = now + length;
    }

    /// <summary>When to stop.</summary>
    public long Deadline { get; private set; }

    /// <summary>A better explanation is known.</summary>
    public void Explained(long now) => Deadline = Math.Min(now + _while, _last);
}
