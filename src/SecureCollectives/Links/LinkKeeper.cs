using System.Collections.Frozen;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Links;

/// <summary>
/// Replaces the links of one of a communicator's channels. A single mechanism covers all causes: a failed link, worn-out keys, age and a
/// renewed certificate. The lower rank of a link decides and opens the new link; the higher rank can only ask for it.
/// </summary>
internal sealed class LinkKeeper : ILinkKeeper, IAsyncDisposable
{
    /// <summary>How many times a link's age is checked during its lifetime.</summary>
    private const int ChecksPerLifetime = 10;

    private static readonly TimeSpan MinCheckInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Links are checked more often once a certificate expires within this time, so that a late renewal is still noticed before expiry.
    /// </summary>
    private static readonly TimeSpan CloseToExpiry = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan CloseCheckInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkKeeperParts _parts;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(int Peer, LinkEnd Why)> _early = [];
    private readonly HashSet<(int Peer, CertificateExpiry Expiry)> _expired = [];
    private volatile FrozenDictionary<int, KeptLink> _links = FrozenDictionary<int, KeptLink>.Empty;
    private TimeSpan _checkedEvery;
    private Task _running = Task.CompletedTask;
    private LinkSetting? _setting;
    private ITimer? _timer;

    /// <param name="parts">The parts that the keepers of a communicator share.</param>
    public LinkKeeper(LinkKeeperParts parts) => _parts = parts;

    /// <summary>Counts the communicator's replacements on this rank.</summary>
    public ReplacementCounters Counters => _parts.Counters;

    private TimeSpan CheckInterval
    {
        get
        {
            var interval = _parts.Options.Lifetime / ChecksPerLifetime;
            return interval < MinCheckInterval
                ? MinCheckInterval : interval < _parts.Options.CheckInterval ? interval : _parts.Options.CheckInterval;
        }
    }

    /// <summary>Begins to maintain links; call it only once. Replacements requested before this call now take effect.</summary>
    /// <param name="owner">The loop, or the streams, to which new links are attached.</param>
    /// <param name="links">The first links, with their requests.</param>
    /// <param name="abort">Aborts the communicator when a certificate has expired without being renewed.</param>
    public void Start(ILinkOwner owner, IReadOnlyList<(LinkRequest Request, OpenedLink Opened)> links, Action<OperationFailure> abort)
    {
        var expiry = new LinkExpiry(_parts.Time, AnnounceExpiry, (peer, expiry) => _ = ExpireAsync(_links[peer], expiry, abort));
        _setting = new LinkSetting(owner, _parts.Options, _parts.Fit, expiry, _parts.Counters, _parts.Turns, _parts.Time, _parts.Logger);
        Keep([.. links.Select(link => Create(link.Request, FirstLink.Of(link.Opened), _setting))]);
        foreach (var (_, opened) in links)
        {
            expiry.Watch(opened);
        }

    }

    /// <summary>
    /// Begins to maintain absent links, which are opened on demand. Call it after <see cref="Start"/> and before any of them is needed.
    /// </summary>
    /// <param name="requests">The requests with which the links are opened when they are needed.</param>
    /// <param name="communicator">The id of this communicator instance, the same on all ranks.</param>
    public void StartAbsent(IEnumerable<LinkRequest> requests, ReadOnlyMemory<byte> communicator) =>
        Keep([.. requests.Select(request => Create(
            request, new FirstLink(communicator, null), _setting ?? throw new InvalidOperationException("Nothing is kept yet.")))]);

    public void LinkNeedsReplacement(int peer, LinkEnd why)
    {
        KeptLink? link;
        lock (_gate)
        {
            if (!_links.TryGetValue(peer, out link))
            {
                _early.Add((peer, why));
                return;
            }
        }

        link.Want(why);
    }

    /// <summary>Stops replacing links because the communicator has ended. Peers' calls are then refused with the reason.</summary>
    /// <param name="why">The reason given to peers that ask for a link.</param>
    /// <param name="isOrderly">Whether the communicator was closed; otherwise it failed.</param>
    public void Stop(string why, bool isOrderly)
    {
        foreach (var link in _links.Values)
        {
            link.End(why, isOrderly);
        }

        _ = _stop.CancelAsync(); // Callbacks run on another thread and do not delay the caller.
    }

    public async ValueTask DisposeAsync()
    {
        Stop("This worker has closed the communicator.", isOrderly: true);
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        _setting?.Certificates.Dispose();
        await _running.ConfigureAwait(false);
        foreach (var link in _links.Values)
        {
            _parts.OpenLinks.Remove(link.Request.Key);
        }
    }

    private KeptLink Create(LinkRequest request, FirstLink first, LinkSetting setting) => request.Initiates
        ? new InitiatedLink(request, first, setting, new LinkAttempt(_parts.Control, _parts.Routes, _parts.Logger))
        : new RespondedLink(request, first, setting, new RequestLinkCall(_parts.Control), _parts.Routes);

    private void Keep(KeptLink[] links)
    {
        List<(int Peer, LinkEnd Why)> early;
        lock (_gate)
        {
            _links = _links.Values.Concat(links).ToFrozenDictionary(static link => link.Request.Peer);
            early = [.. _early.Where(early => _links.ContainsKey(early.Peer))];
            _early.RemoveAll(early.Contains);
        }

        early.ForEach(early => _links[early.Peer].Want(early.Why));
        foreach (var link in links)
        {
            Serve(link);
        }

        if (_timer is null && links.Length > 0)
        {
            _checkedEvery = CheckInterval;
            _timer = _parts.Time.CreateTimer(_ => Check(), null, _checkedEvery, _checkedEvery);
        }

        var stop = _stop.Token;
        _running = Task.WhenAll([_running, .. links.Select(link => Task.Run(() => link.RunAsync(stop), CancellationToken.None))]);
    }

    /// <summary>Registers the link, so that the peer's calls find it.</summary>
    private void Serve(KeptLink link)
    {
        if (link is IRequestableLink requestable)
        {
            _parts.OpenLinks.Add(link.Request.Key, requestable);
        }
        else if (link is IReplaceableLink replaceable)
        {
            _parts.OpenLinks.Add(link.Request.Key, replaceable);
        }
    }

    private void Check()
    {
        var newest = _parts.Control.Identity.Newest();
        var left = TimeSpan.MaxValue;
        foreach (var link in _links.Values)
        {
            var ofLink = link.Check(newest);
            if (link.IsOnDemand && ofLink != TimeSpan.MaxValue)
            {
                _ = ReleaseIfIdleAsync(link);
            }

            left = ofLink < left ? ofLink : left;
        }

        var every = left < CloseToExpiry && CloseCheckInterval < CheckInterval ? CloseCheckInterval : CheckInterval;
        if (every != _checkedEvery)
        {
            _checkedEvery = every;
            _timer?.Change(every, every);
        }
    }

    /// <summary>Returns whether this is the first link to the peer that had to be surrendered because of this expiry.</summary>
    private bool IsFirst(KeptLink link, CertificateExpiry expiry)
    {
        lock (_gate)
        {
            return _expired.Add((link.Request.Peer, expiry));
        }
    }

    private async Task ReleaseIfIdleAsync(KeptLink link)
    {
        try
        {
            await link.ReleaseIfIdleAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LinkOpenException or OperationCanceledException)
        {
            // The communicator has ended.
        }
    }

    private void AnnounceExpiry(int peer, CertificateExpiry expiry)
    {
        var link = _links[peer];

        // The links of all channels were opened with the same certificates and expire together, so only one channel logs.
        if (link.Request.Channel == 0)
        {
            Log.CertificateExpires(_parts.Logger, expiry.Rank, link.Request.CommunicatorId, link.Request.Peer, expiry.NotAfter);
        }
    }

    /// <summary>
    /// Surrenders a link whose certificate has expired, and aborts the communicator unless the certificate was renewed at the last moment.
    /// Whether a peer has renewed its certificate becomes known only when another link is opened.
    /// </summary>
    private async Task ExpireAsync(KeptLink link, CertificateExpiry expiry, Action<OperationFailure> abort)
    {
        try
        {
            if (link.TrySurrender(expiry, _stop.Token) is not { } surrendering)
            {
                return;
            }

            var self = link.Request.Self.Rank;
            var surrendered = await surrendering.ConfigureAwait(false);
            if (expiry.Rank == self ? link.IsRenewedBy(_parts.Control.Identity.Newest()) : IsFirst(link, expiry))
            {
                link.Want(LinkEnd.Broken($"the certificate of rank {expiry.Rank} that opened it has expired"));
                return;
            }

            abort(new OperationFailure(
                AbortReason.AuthenticationFailed,
                expiry.Rank,
                surrendered.Operation,
                0,
                self,
                $"the certificate of rank {expiry.Rank} with which a link was opened expired at {expiry.NotAfter:u} and was not renewed; "
                + "renew certificates well before they expire"));
        }
        catch (Exception exception) when (exception is LinkOpenException or OperationCanceledException)
        {
            // The communicator has ended for another reason.
        }
    }
}
