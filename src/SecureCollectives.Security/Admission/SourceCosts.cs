namespace SecureCollectives.Security.Admission;

/// <summary>
/// What the unauthenticated connections of each source address have cost lately. When there is not enough processor time for all, the
/// source that has cost least goes first: a worker that joins passes those who keep knocking.
/// </summary>
/// <remarks>
/// A cost halves every <see cref="HalfLife"/>. Bounded: beyond <see cref="MaxSources"/> the cheapest are forgotten, which is what they are
/// worth. Thread-safe.
/// </remarks>
internal sealed class SourceCosts
{
    public const int MaxSources = 256;

    public static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<SourceAddress, (double Seconds, TimeSpan At)> _costs = [];

    /// <summary>Processor time in seconds, of which what is past counts less and less.</summary>
    public double Of(SourceAddress source, TimeSpan now)
    {
        lock (_gate)
        {
            return Left(source, now);
        }
    }

    /// <param name="source">The source.</param>
    /// <param name="processorTime">What its connections have cost; negative where it turned out to be a member's.</param>
    /// <param name="now">The time on any clock that only goes forward.</param>
    public void Add(SourceAddress source, TimeSpan processorTime, TimeSpan now)
    {
        lock (_gate)
        {
            var seconds = Math.Max(0, Left(source, now) + processorTime.TotalSeconds);
            if (!_costs.ContainsKey(source) && _costs.Count >= MaxSources)
            {
                ForgetTheCheaperHalf(now);
            }

            _costs[source] = (seconds, now);
        }
    }

    private double Left(SourceAddress source, TimeSpan now) =>
        _costs.TryGetValue(source, out var cost) ? cost.Seconds * Math.Pow(2, (cost.At - now) / HalfLife) : 0;

    /// <summary>Half at a time, so that a flood from ever new addresses pays for sorting once in a while only.</summary>
    private void ForgetTheCheaperHalf(TimeSpan now)
    {
        SourceAddress[] cheapestFirst = [.. _costs.Keys.OrderBy(source => Left(source, now))];
        foreach (var source in cheapestFirst.AsSpan(0, MaxSources / 2))
        {
            _costs.Remove(source);
        }
    }
}
