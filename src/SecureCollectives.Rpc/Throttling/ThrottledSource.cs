namespace SecureCollectives.Rpc.Throttling;

/// <summary>The state that a <see cref="LogThrottle"/> keeps for one source. Guarded by the throttle's lock.</summary>
internal sealed class ThrottledSource(string name)
{
    private readonly List<Kind> _kinds = new(LogThrottle.MaxKindsPerSource);

    // Events of kinds for which there was no room. They are reported with the source's next message of any kind.
    private long _othersUnlogged;

    public string Name { get; } = name;

    /// <summary>Returns whether an event of a kind is due: its last message is a minute old, or there is room for a new kind.</summary>
    public bool IsDue(string kind, long now, TimeProvider clock) => Find(kind) is { } known
        ? IsOld(known, now, clock)
        : _kinds.Count < LogThrottle.MaxKindsPerSource || _kinds.Exists(other => IsOld(other, now, clock));

    /// <summary>Counts an event that is not logged.</summary>
    public void Skip(string kind)
    {
        if (Find(kind) is { } known)
        {
            known.Unlogged++;
        }
        else
        {
            _othersUnlogged++;
        }
    }

    /// <summary>Records that a due event has been logged.</summary>
    /// <returns>The number of suppressed events for its message to report.</returns>
    public Unlogged Log(string kind, long now, TimeProvider clock)
    {
        if (Find(kind) is not { } entry)
        {
            if (_kinds.Count == LogThrottle.MaxKindsPerSource)
            {
                var old = _kinds.Find(other => IsOld(other, now, clock))!;
                _othersUnlogged += old.Unlogged;
                _kinds.Remove(old);
            }

            entry = new Kind(kind);
            _kinds.Add(entry);
        }

        var unlogged = new Unlogged(entry.Unlogged + _othersUnlogged);
        (entry.Unlogged, _othersUnlogged, entry.LoggedAt) = (0, 0, now);
        return unlogged;
    }

    private static bool IsOld(Kind kind, long now, TimeProvider clock) =>
        clock.GetElapsedTime(kind.LoggedAt, now) >= LogThrottle.Interval;

    private Kind? Find(string kind) => _kinds.Find(known => known.Name == kind);

    private sealed class Kind(string name)
    {
        public string Name { get; } = name;

        public long LoggedAt { get; set; }

        public long Unlogged { get; set; }
    }
}
