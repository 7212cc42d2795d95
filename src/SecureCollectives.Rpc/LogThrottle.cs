namespace SecureCollectives.Rpc;

/// <summary>
/// Decides which of many like events are logged: the first of each kind at once, then one a minute. Others can make such events happen as
/// often as they like, with words of their choice, and fill no log: a source has at most 4 kinds at a time, all sources together 256, and
/// what is beyond is not logged. Thread-safe.
/// </summary>
/// <param name="clock">Counts the minute.</param>
internal sealed class LogThrottle(TimeProvider clock)
{
    public const int MaxKindsPerSource = 4;
    public const int MaxKinds = 256;

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Source, string Kind), long> _logged = [];

    /// <param name="source">Who made it happen, such as an address or a rank.</param>
    /// <param name="kind">What makes two events of a source alike; no words that change with time.</param>
    /// <returns>Whether this one is logged.</returns>
    public bool MayLog(string source, string kind)
    {
        lock (_gate)
        {
            var key = (source, kind);
            if (_logged.TryGetValue(key, out var last))
            {
                if (clock.GetElapsedTime(last) < Interval)
                {
                    return false;
                }
            }
            else if (!HasRoom(source))
            {
                return false;
            }

            _logged[key] = clock.GetTimestamp();
            return true;
        }
    }

    private bool HasRoom(string source)
    {
        if (Fits())
        {
            return true;
        }

        foreach (var (key, last) in _logged.ToArray())
        {
            if (clock.GetElapsedTime(last) >= Interval)
            {
                _logged.Remove(key);
            }
        }

        return Fits();

        bool Fits() => _logged.Count < MaxKinds && _logged.Keys.Count(key => key.Source == source) < MaxKindsPerSource;
    }
}
