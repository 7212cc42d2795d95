namespace SecureCollectives.Links;

/// <summary>Limits the number of events within a sliding window of one minute. The time is passed in. Not thread-safe.</summary>
/// <param name="count">The maximum number of events within a minute.</param>
internal sealed class MinuteLimit(int count)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _taken = new();

    /// <summary>Whether the last event was refused.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>Returns whether one more event would be allowed now.</summary>
    public bool CanTake(TimeSpan now)
    {
        while (_taken.TryPeek(out var oldest) && now - oldest >= Minute)
        {
            _taken.Dequeue();
        }

        return _taken.Count < count;
    }

    public bool TryTake(TimeSpan now)
    {
        IsExceeded = !CanTake(now);
        if (!IsExceeded)
        {
            _taken.Enqueue(now);
        }

        return !IsExceeded;
    }
}
