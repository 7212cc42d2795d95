namespace SecureCollectives.Security.Admission;

/// <summary>
/// A token bucket of processor time, shared by all unauthenticated connections. Work is measured and charged after it is done, so a single
/// step can overdraw the budget; no further work runs until the budget has recovered.
/// </summary>
/// <remarks>
/// Over any period T the cost is at most share * T + capacity + one step on each charging thread, plus the credit once per process.
/// Thread-safe: a worker's listeners share one.
/// </remarks>
internal sealed class ProcessorBudget
{
    private readonly Lock _gate = new();
    private readonly double _share;
    private readonly TimeSpan _capacity;
    private TimeSpan _level;
    private TimeSpan? _refilled;

    /// <param name="share">The rate of refill, as a share of one core's time; 1 for a whole core.</param>
    /// <param name="capacity">The maximum burst of processor time after an idle period.</param>
    /// <param name="credit">Additional processor time, available once, to cover one-time work of the process such as JIT
    /// compilation.</param>
    public ProcessorBudget(double share, TimeSpan capacity, TimeSpan credit = default)
    {
        _share = share;
        _capacity = capacity;
        _level = capacity + credit;
    }

    /// <summary>Returns how long work must wait.</summary>
    /// <param name="reserve">The part of the capacity, 0 to 1, that this kind of work may not use because other work may need it at any
    /// time.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <returns>The time to wait; zero if the work may run now.</returns>
    public TimeSpan Wait(double reserve, TimeSpan now)
    {
        lock (_gate)
        {
            Refill(now);
            var missing = (_capacity * reserve) - _level;
            return missing >= TimeSpan.Zero ? (missing / _share) + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
        }
    }

    /// <summary>Charges work done for unauthenticated connections.</summary>
    public void Charge(TimeSpan processorTime, TimeSpan now)
    {
        lock (_gate)
        {
            Refill(now);
            _level -= processorTime;
        }
    }

    /// <summary>Refunds charged work that turned out to be for a member.</summary>
    public void Refund(TimeSpan processorTime)
    {
        lock (_gate)
        {
            Add(processorTime);
        }
    }

    /// <summary>Adds time, up to the capacity; what remains of the credit is kept until it is used.</summary>
    private void Add(TimeSpan processorTime)
    {
        if (_level < _capacity)
        {
            var sum = _level + processorTime;
            _level = sum < _capacity ? sum : _capacity;
        }
    }

    private void Refill(TimeSpan now)
    {
        // Threads that share the budget read the clock before calling, so one of them may be slightly behind.
        if (_refilled is { } refilled && now > refilled)
        {
            Add((now - refilled) * _share);
        }

        _refilled = _refilled > now ? _refilled : now;
    }
}
