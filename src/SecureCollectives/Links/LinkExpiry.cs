using SecureCollectives.Membership;

namespace SecureCollectives.Links;

/// <summary>
/// Watches the certificates with which a communicator's links were opened, so that no link outlives the identity for which it was opened.
/// Reports when a certificate is about to expire and when it has expired. Each new link has its own certificates.
/// </summary>
internal sealed class LinkExpiry : IDisposable
{
    /// <summary>Timers are limited to about 49 days. For a later expiry, the timer is set again when it fires.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, (CertificateExpiry Expiry, DateTimeOffset? Notice)> _links = [];
    private readonly TimeProvider _time;
    private readonly Action<int, CertificateExpiry> _nearing;
    private readonly Action<int, CertificateExpiry> _expired;
    private readonly ITimer _timer;

    /// <param name="time">The clock of the timer, whose UTC time is compared with the certificates' expiry.</param>
    /// <param name="nearing">Called with the peer once for each link whose certificate is about to expire.</param>
    /// <param name="expired">Called with the peer once for each link whose certificate has expired.</param>
    public LinkExpiry(TimeProvider time, Action<int, CertificateExpiry> nearing, Action<int, CertificateExpiry> expired)
    {
        (_time, _nearing, _expired) = (time, nearing, expired);
        _timer = time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a link's certificates, instead of those of the link that it replaces.</summary>
    public void Watch(OpenedLink link)
    {
        var expiry = link.Certificates.Expiry;
        lock (_gate)
        {
            _links[link.Link.Peer] = (expiry, ExpiryNotice.At(_time.GetUtcNow(), expiry.NotAfter));
        }

        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan); // Runs the check on another thread: the caller holds locks.
    }

    /// <summary>Stops watching the link to a peer after it was closed.</summary>
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
