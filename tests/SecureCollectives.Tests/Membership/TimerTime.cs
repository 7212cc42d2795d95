namespace SecureCollectives.Tests.Membership;

/// <summary>A manual clock whose timers accept at most 49 days, as .NET's do.</summary>
internal sealed class TimerTime(DateTimeOffset now) : TimeProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly TaskCompletionSource _timerCreated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = now;

    /// <summary>Gets a task that completes when the first timer is created. Time that passes before this goes unnoticed.</summary>
    public Task TimerCreated => _timerCreated.Task;

    /// <summary>Waits until at least so many timers are pending.</summary>
    public async Task PendingAsync(int timers)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_timers.Count(timer => timer.IsPending) >= timers)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
            Changed();
        }

        _timerCreated.TrySetResult();
        return timer;
    }

    /// <summary>Advances the time, and runs the callbacks of due timers on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.TakeIfDue(_now))];
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    /// <summary>Wakes those who wait for timers. The caller holds the gate.</summary>
    private void Changed()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class ManualTimer(TimerTime time, Action fire) : ITimer
    {
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public bool IsPending => _due is not null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.True(dueTime <= Longest, ".NET timers do not support due times this long.");
            lock (time._gate)
            {
                _due = dueTime < TimeSpan.Zero ? null : time._now + dueTime;
                _period = period;
                time.Changed();
            }

            return true;
        }

        /// <summary>Returns whether the timer is due, and rearms or clears it. The caller holds the gate.</summary>
        public bool TakeIfDue(DateTimeOffset now)
        {
            var due = _due <= now;
            if (due)
            {
                _due = _period > TimeSpan.Zero ? now + _period : null;
            }

            return due;
        }

        public void Fire() => fire();

        public void Dispose()
        {
            lock (time._gate)
            {
                _due = null;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
