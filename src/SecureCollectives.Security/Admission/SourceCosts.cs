namespace SecureCollectives.Security.Admission;

/// <summary>
/// The recent cost of unauthenticated connections, by source address. When processor time is short, the source with the lowest cost goes
/// first, so a joining worker overtakes sources that keep connecting.
/// </summary>
/// <remarks>
/// Costs have a half-life of <see cref="HalfLife"/>. Bounded: beyond <see cref="MaxSources"/> sources, the cheapest are forgotten, because
/// they matter least. Thread-safe.
/// </remarks>
internal sealed class SourceCosts
{
    public const int MaxSources = 256;

    public static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<SourceAddress, (double Seconds, TimeSpan At)> _costs = [];

    /// <summary>Returns a source's cost in seconds of processor time; past costs decay.</summary>
    public double Of(SourceAddress source, TimeSpan now)
    {
        lock (_gate)
        {
            return Left(source, now);
        }
    }

    /// <summary>Adds to a source's cost.</summary>
    /// <param name="source">The address that the connections come from.</param>
    /// <param name="processorTime">The cost of its connections; negative to refund a connection that turned out to be a member's.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
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

    /// <summary>Forgets half at a time, so that a flood from ever-changing addresses only occasionally causes a sort.</summary>
    private void ForgetTheCheaperHalf(TimeSpan now)
    {
        SourceAddress[] cheapestFirst = [.. _costs.Keys.OrderBy(source => Left(source, now))];
        foreach (var source in cheapestFirst.AsSpan(0, MaxSources / 2))
        {
            _costs.Remove(source);
        }
    }
}
