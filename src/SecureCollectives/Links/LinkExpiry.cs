using SecureCollectives.Membership;

namespace SecureCollectives.Links;

/// <summary>
/// Watches the certificates with which the links of a communicator were opened: no link outlives the identity it was opened for. Says when
/// one is about to expire, and when it has; a link that replaces another brings its own.
/// </summary>
internal sealed class LinkExpiry : IDisposable
{
    /// <summary>Timers take at most about 49 days; for later ends the timer is set anew.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, (CertificateExpiry Expiry, DateTimeOffset? Notice)> _links = [];
    private readonly TimeProvider _time;
    private readonly Action<int, CertificateExpiry> _nearing;
    private readonly Action<int, CertificateExpiry> _expired;
    private readonly ITimer _timer;

    /// <param name="time">The time.</param>
    /// <param name="nearing">Told of the link to a peer whose certificate is about to expire, once.</param>
    /// <param name="expired">Told of one whose certificate has expired, once.</param>
    public LinkExpiry(TimeProvider time, Action<int, CertificateExpiry> nearing, Action<int, CertificateExpiry> expired)
    {
        (_time, _nearing, _expired) = (time, nearing, expired);
        _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>From now on this link's certificates count, instead of those of one that it replaces.</summary>
    public void Watch(OpenedLink link)
    {
        var expiry = link.Certificates.Expiry;
        lock (_gate)
        {
            _links[link.Link.Peer] = (expiry, ExpiryNotice.At(_time.GetUtcNow(), expiry.NotAfter));
        }

        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan); // On a thread of its own: whoever replaces a link holds locks.
    }

    /// <summary>The link to a peer was closed.</summary>
    public void Forget(int peer)
    {
        lock (_gate)
        {
            _links.Remove(peer);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        var now = _time.GetUtcNow();
        List<(int Peer, CertificateExpiry Expiry)> nearing = [];
        List<(int Peer, CertificateExpiry Expiry)> expired = [];
        lock (_gate)
        {
            foreach (var (peer, (expiry, notice)) in _links.OrderBy(static link => (link.Value.Expiry.NotAfter, link.Value.Expiry.Rank))
                .ToArray())
            {
                if (expiry.NotAfter <= now)
                {
                    expired.Add((peer, expiry));
                    _links.Remove(peer);
                }
                else if (notice <= now)
                {
                    nearing.Add((peer, expiry));
                    _links[peer] = (expiry, null);
                }
            }

            if (_links.Count > 0)
            {
                var next = _links.Values.Min(static link => link.Notice ?? link.Expiry.NotAfter) - now;
                _timer.Change(next < MaxTimer ? next : MaxTimer, Timeout.InfiniteTimeSpan);
            }
        }

        nearing.ForEach(link => _nearing(link.Peer, link.Expiry));
        expired.ForEach(link => _expired(link.Peer, link.Expiry));
    }
}
