namespace SecureCollectives.Rpc;

/// <summary>
/// Decides when to start connecting to each address of a host (RFC 8305, section 5): in the order of the addresses, 250 ms apart, or as
/// soon as an attempt fails. Does no I/O, so that blocking and asynchronous connectors can share it.
/// </summary>
/// <param name="count">The number of addresses, at least 1.</param>
/// <param name="clock">Measures the time between attempts.</param>
internal sealed class AttemptSchedule(int count, TimeProvider clock)
{
    /// <summary>The delay between two attempts: the default in RFC 8305, section 8.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    private int _started;
    private int _failed;
    private long _latest;
    private bool _isDue = true;

    /// <summary>Whether every address has failed.</summary>
    public bool IsOver => _failed == count;

    /// <summary>The time until the next attempt starts: zero if it is due, null if all have started.</summary>
    public TimeSpan? Wait
    {
        get
        {
            if (_started == count)
            {
                return null;
            }

            var left = _isDue ? TimeSpan.Zero : Stagger - clock.GetElapsedTime(_latest);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Starts the next attempt.</summary>
    /// <returns>The index of the address to try.</returns>
    public int StartNext()
    {
        _isDue = false;
        _latest = clock.GetTimestamp();
        return _started++;
    }

    /// <summary>Records that an attempt has failed.</summary>
    public void Fail()
    {
        _failed++;
        _isDue = true;
    }
}
