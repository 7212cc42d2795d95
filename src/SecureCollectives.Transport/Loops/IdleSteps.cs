namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Decides what a loop does while nothing moves: it yields several times, prepares to sleep, tries once more, and sleeps.
/// </summary>
/// <remarks>
/// Yielding helps peers that share the processor: they need it to send the awaited bytes, and soon give it back. But when another program
/// uses up its whole time slice, a sleeping loop wakes up much sooner than a yielding one is rescheduled. So after long yields, waits skip
/// yielding: increasingly often when long yields are frequent, and hardly at all when they are rare, because a busy peer sometimes computes
/// for a long time too. While two busy-looping programs occupied the two cores, 4 KiB operations took 6 to 13 times as long without this.
/// </remarks>
internal sealed class IdleSteps
{
    /// <summary>The maximum number of waits that skip yielding before one tries it again.</summary>
    private const int MostWaitsToSkip = 64;

    private const long NotYet = long.MinValue;

    private readonly int _yields;
    private readonly long _longYield;
    private bool _isWaiting;
    private int _idle;
    private int _allowed;
    private int _waitsToSkip;

    /// <summary>How many waits skip yielding after the next long yield, including the wait in which it occurs.</summary>
    private int _penalty = 1;
    private long _gaveWayAt = NotYet;

    /// <param name="yields">How many times the loop yields before it sleeps.</param>
    /// <param name="longYield">The duration above which a yield counts as long, in ticks of the clock.</param>
    public IdleSteps(int yields, long longYield)
    {
        _yields = yields;
        _longYield = longYield;
        _allowed = yields;
    }

    /// <summary>The next step of an idle loop.</summary>
    internal enum Step
    {
        /// <summary>Yield the processor once.</summary>
        GiveWay,

        /// <summary>Announce that the loop is about to sleep; everything must then be tried once more.</summary>
        Prepare,

        /// <summary>Sleep.</summary>
        Sleep,
    }

    /// <summary>Whether the loop has announced that it is about to sleep.</summary>
    public bool IsPrepared => _idle > _allowed;

    /// <summary>Restarts the steps, because something moved or an operation begins.</summary>
    /// <param name="now">The timestamp taken before the pass that moved something.</param>
    public void Reset(long now)
    {
        if (!_isWaiting)
        {
            return;
        }

        _isWaiting = false;
        _idle = 0;
        LookAtYield(now);
        if (_waitsToSkip > 0)
        {
            _waitsToSkip--;
        }
        else
        {
            _penalty = Math.Max(1, _penalty - 1);
        }

        _allowed = _waitsToSkip == 0 ? _yields : 0;
    }

    /// <summary>Returns the next step after a pass that moved nothing.</summary>
    /// <param name="now">The timestamp taken before that pass.</param>
    public Step Next(long now)
    {
        _isWaiting = true;
        if (LookAtYield(now))
        {
            _allowed = _idle;
        }

        if (_idle < _allowed)
        {
            _idle++;
            _gaveWayAt = now;
            return Step.GiveWay;
        }

        if (_idle == _allowed)
        {
            _idle++;
            return Step.Prepare;
        }

        // After this sleep and another pass, the loop must announce its next sleep again.
        _idle = _allowed;
        return Step.Sleep;
    }

    /// <returns>Whether the loop has just yielded and was off the processor for a long time.</returns>
    private bool LookAtYield(long now)
    {
        var isLong = _gaveWayAt != NotYet && now - _gaveWayAt > _longYield;
        _gaveWayAt = NotYet;
        if (isLong)
        {
            _waitsToSkip = _penalty;
            _penalty = Math.Min(MostWaitsToSkip, _penalty * 2);
        }

        return isLong;
    }
}
