using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>Ends a communicator when the first certificate that opened one of its links expires: no link outlives the identity it was opened for.</summary>
internal sealed class LinkExpiry : IDisposable
{
    /// <summary>Timers take at most about 49 days; for later ends the timer is set anew.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly Loop _loop;
    private readonly int _rank;
    private readonly Dictionary<int, CertificateExpiry> _links;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    private LinkExpiry(Loop loop, int rank, IReadOnlyList<OpenedLink> links, TimeProvider time)
    {
        _loop = loop;
        _rank = rank;
        _links = links.ToDictionary(link => link.Link.Peer, link => link.Expiry);
        _time = time;
        _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Check();
    }

    /// <returns>The watch; null where there is no link.</returns>
    public static LinkExpiry? Watch(Loop loop, int rank, IReadOnlyList<OpenedLink> links, TimeProvider time) =>
        links.Count == 0 ? null : new LinkExpiry(loop, rank, links, time);

    /// <summary>From now on the new link's certificates count instead of those of the link that it replaced.</summary>
    public void Replace(OpenedLink link)
    {
        lock (_gate)
        {
            _links[link.Link.Peer] = link.Expiry;
        }

        Check();
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        CertificateExpiry first;
        lock (_gate)
        {
            first = _links.Values.MinBy(expiry => (expiry.NotAfter, expiry.Rank));
        }

        var left = first.NotAfter - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            _loop.Abort(ToFailure(first));
        }
        else
        {
            _timer.Change(left < MaxTimer ? left : MaxTimer, Timeout.InfiniteTimeSpan);
        }
    }

    private OperationFailure ToFailure(CertificateExpiry first) => new(
        AbortReason.AuthenticationFailed,
        first.Rank,
        0,
        0,
        _rank,
        $"the certificate of rank {first.Rank} with which a link was opened expired at {first.NotAfter:u}; renew certificates before they expire and open a new communicator");
}
