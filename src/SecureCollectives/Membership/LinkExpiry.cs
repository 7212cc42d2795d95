using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>Ends a communicator when the first certificate that opened one of its links expires: no link outlives the identity it was opened for.</summary>
internal sealed class LinkExpiry : IDisposable
{
    /// <summary>Timers take at most about 49 days; for later ends the timer is set anew.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);

    private readonly Loop _loop;
    private readonly OperationFailure _failure;
    private readonly DateTimeOffset _notAfter;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    private LinkExpiry(Loop loop, OperationFailure failure, DateTimeOffset notAfter, TimeProvider time)
    {
        _loop = loop;
        _failure = failure;
        _notAfter = notAfter;
        _time = time;
        _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Check();
    }

    /// <returns>The watch; null where there is no link.</returns>
    public static LinkExpiry? Watch(Loop loop, int rank, IReadOnlyList<OpenedLink> links, TimeProvider time)
    {
        if (links.Count == 0)
        {
            return null;
        }

        var first = links.MinBy(link => (link.Expiry.NotAfter, link.Expiry.Rank))!.Expiry;
        var failure = new OperationFailure(
            AbortReason.AuthenticationFailed,
            first.Rank,
            0,
            0,
            rank,
            $"the certificate of rank {first.Rank} with which a link was opened expired at {first.NotAfter:u}; renew certificates before they expire and open a new communicator");
        return new LinkExpiry(loop, failure, first.NotAfter, time);
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        var left = _notAfter - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            _loop.Abort(_failure);
        }
        else
        {
            _timer.Change(left < MaxTimer ? left : MaxTimer, Timeout.InfiniteTimeSpan);
        }
    }
}
