using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Membership;

public sealed class LinkExpiryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Watch_FirstCertificateExpires_EndsTheCommunicatorAndNamesItsRank()
    {
        var time = new TimerTime(Start);
        await using var loop = NewLoop();
        using var expiry = LinkExpiry.Watch(loop, 0, [Expiring(1, Start.AddHours(2)), Expiring(2, Start.AddHours(1))], time);

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(loop.Failure);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((AbortReason.AuthenticationFailed, 2), (loop.Failure!.Reason, loop.Failure.Culprit));
        Assert.Contains("expired", loop.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_CertificateOutlivesATimer_EndsTheCommunicatorAllTheSame()
    {
        var time = new TimerTime(Start);
        await using var loop = NewLoop();
        using var expiry = LinkExpiry.Watch(loop, 0, [Expiring(1, Start.AddDays(90))], time);

        for (var day = 1; day < 90; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            Assert.Null(loop.Failure);
        }

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(AbortReason.AuthenticationFailed, loop.Failure!.Reason);
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_LeavesTheCommunicatorAlone()
    {
        var time = new TimerTime(Start);
        await using var loop = NewLoop();
        LinkExpiry.Watch(loop, 0, [Expiring(1, Start.AddHours(1))], time)!.Dispose();

        time.Advance(TimeSpan.FromHours(2));

        Assert.Null(loop.Failure);
    }

    private static Loop NewLoop() => new("expiry", 0, 3, 1, [], new LoopOptions(4096, 0));

    private static OpenedLink Expiring(int peer, DateTimeOffset notAfter) => new(new Link(peer, []), new CertificateExpiry(notAfter, peer));

    /// <summary>Time that moves when told, with one timer of at most 49 days, as .NET's.</summary>
    private sealed class TimerTime(DateTimeOffset now) : TimeProvider
    {
        private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

        private readonly List<ManualTimer> _timers = [];
        private DateTimeOffset _now = now;

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(this, () => callback(state));
            _timers.Add(timer);
            timer.Change(dueTime, period);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            foreach (var timer in _timers)
            {
                timer.FireIfDue(_now);
            }
        }

        private sealed class ManualTimer(TimerTime time, Action fire) : ITimer
        {
            private DateTimeOffset? _due;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Assert.True(dueTime <= Longest, "A timer of .NET does not take that long.");
                _due = dueTime < TimeSpan.Zero ? null : time._now + dueTime;
                return true;
            }

            public void FireIfDue(DateTimeOffset now)
            {
                if (_due <= now)
                {
                    _due = null;
                    fire();
                }
            }

            public void Dispose() => _due = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
