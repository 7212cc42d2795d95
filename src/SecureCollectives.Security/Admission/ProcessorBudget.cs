namespace SecureCollectives.Security.Admission;

/// <summary>
/// A token bucket of processor time: what unauthenticated connections may cost, all of them together. Work is measured and charged after it
/// was done, so that one step of one connection can overdraw it; then nothing more is done until time has paid for it.
/// </summary>
/// <remarks>
/// Over any stretch of time T the cost is at most share * T + capacity + one step on each thread that charges; once in the life of a
/// process, the credit besides. Thread-safe: the listeners of a worker share one.
/// </remarks>
internal sealed class ProcessorBudget
{
    private readonly Lock _gate = new();
    private readonly double _share;
    private readonly TimeSpan _capacity;
    private TimeSpan _level;
    private TimeSpan? _refilled;

    /// <param name="share">Of one core.</param>
    /// <param name="capacity">Processor time that can be spent at once after a quiet time.</param>
    /// <param name="credit">On top of that, once: what a process does the first time, such as compiling methods, is nobody's fault.</param>
    public ProcessorBudget(double share, TimeSpan capacity, TimeSpan credit = default)
    {
        _share = share;
        _capacity = capacity;
        _level = capacity + credit;
    }

    /// <summary>How long the work has to wait.</summary>
    /// <param name="reserve">The part of the capacity, 0 to 1, that is not for this kind of work: others may need it at any time.</param>
    /// <param name="now">The time on any clock that only goes forward.</param>
    /// <returns>Zero when it may be done now.</returns>
    public TimeSpan Wait(double reserve, TimeSpan now)
    {
        lock (_gate)
        {
            Refill(now);
            var missing = (_capacity * reserve) - _level;
            return missing >= TimeSpan.Zero ? (missing / _share) + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
        }
    }

    /// <summary>Work for unauthenticated connections was done.</summary>
    public void Charge(TimeSpan processorTime, TimeSpan now)
    {
        lock (_gate)
        {
            Refill(now);
            _level -= processorTime;
        }
    }

    /// <summary>Work that was charged turned out to be a member's.</summary>
    public void Refund(TimeSpan processorTime)
    {
        lock (_gate)
        {
            Add(processorTime);
        }
    }

    /// <summary>Never above the capacity, but what is left of the credit stays until it is spent.</summary>
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
        // Threads that share the budget read the clock before they come here: one of them may be a moment behind.
        if (_refilled is { } refilled && now > refilled)
        {
            Add((now - refilled) * _share);
        }

        _refilled = _refilled > now ? _refilled : now;
    }
}
