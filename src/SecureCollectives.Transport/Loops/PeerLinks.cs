using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The links of a loop to its peers: those given at the start and, if there is a link keeper, one to every other rank, absent until an
/// operation needs it.
/// </summary>
internal sealed class PeerLinks
{
    private readonly int _rank;
    private readonly LoopOptions _options;
    private readonly PeerLink[] _links;
    private readonly LanePort[] _ports;

    /// <summary>The links by rank; null for ranks that never get one.</summary>
    private readonly PeerLink?[] _linkOf;

    /// <param name="rank">The rank of this worker in the job, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the job.</param>
    /// <param name="lanesPerLink">The number of lanes of each link, at least one.</param>
    /// <param name="links">The links that are open already; this object takes ownership.</param>
    /// <param name="operation">The current operation of the loop, which all its lanes share.</param>
    /// <param name="options">The loop's options; immutable.</param>
    public PeerLinks(int rank, int worldSize, int lanesPerLink, IReadOnlyList<Link> links, CurrentOperation operation, LoopOptions options)
    {
        _rank = rank;
        _options = options;
        int[] absent = options.LinkKeeper is null
            ? [] : [.. (options.Peers ?? Enumerable.Range(0, worldSize)).Except([rank, .. links.Select(static link => link.Peer)])];
        _links = [.. links.Select(link => new PeerLink(link, PortsTo(link.Peer))),
            .. absent.Select(peer => new PeerLink(peer, PortsTo(peer)))];
        _ports = [.. _links.SelectMany(static link => link.Ports.ToArray())];
        _linkOf = new PeerLink?[worldSize];
        foreach (var link in _links)
        {
            _linkOf[link.Peer] = link;
        }

        LanePort[] PortsTo(int peer) =>
            [.. Enumerable.Range(0, lanesPerLink).Select(index => new LanePort(peer, index, lanesPerLink, operation, options))];
    }

    /// <summary>All links: those given at the start, in their order, then the others.</summary>
    public ReadOnlySpan<PeerLink> All => _links;

    /// <summary>The lanes of all links.</summary>
    public ReadOnlySpan<LanePort> Ports => _ports;

    /// <summary>Whether a lane must resend frames of an earlier operation, which needs no running operation.</summary>
    public bool HasBacklog => Array.Exists(_ports, static port => port.HasBacklog);

    public PeerLink To(int peer) =>
        _linkOf[peer] ?? throw new ArgumentOutOfRangeException(nameof(peer), $"There is no link to rank {peer}.");

    /// <inheritdoc cref="ILinkOwner.ReleaseAsync"/>
    public bool TryRelease(int peer, TimeSpan unusedFor)
    {
        var link = To(peer);
        return _options.Clock.GetElapsedTime(link.UsedAt) >= unusedFor && link.TryRelease();
    }

    /// <summary>
    /// Prepares a link for an operation that has begun: requests it if it is needed and absent, and replaces it if it has carried enough
    /// bytes.
    /// </summary>
    public void Prepare(PeerLink link)
    {
        switch (link.State)
        {
            case LinkState.Absent when link.IsNeeded:
                TryReplace(link, LinkEnd.Demanded);
                break;

            // Only the lower rank decides. The operation does not start on the old link; it waits for the new one.
            case LinkState.Open when _rank < link.Peer && link.CarriedBytes >= _options.ReplaceLinksFrom:
                TryReplace(link, LinkEnd.BytesCarried(_options.ReplaceLinksFrom));
                break;
        }
    }

    /// <summary>Requests a replacement for a link.</summary>
    /// <returns>Whether there is a link keeper to replace it.</returns>
    public bool TryReplace(PeerLink link, LinkEnd why)
    {
        if (_options.LinkKeeper is not { } keeper)
        {
            return false;
        }

        // The cause is reported before the link is closed: the peer sees the close, and would otherwise be the first to request another
        // link and report a break as the cause.
        keeper.LinkNeedsReplacement(link.Peer, why);
        link.Surrender();
        return true;
    }
}
