namespace SecureCollectives.Links;

/// <summary>Lets so many through within any minute. Time is an argument. Not thread-safe.</summary>
/// <param name="count">How many.</param>
internal sealed class MinuteLimit(int count)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<TimeSpan> _taken = new();

    /// <summary>Whether one more was refused since the last that was let through.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>Whether one more would be let through now.</summary>
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
