using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The links of a loop to its peers: those that it was given, and, where somebody opens others, one to every other rank, absent until an
/// operation needs it.
/// </summary>
internal sealed class PeerLinks
{
    private readonly int _rank;
    private readonly LoopOptions _options;
    private readonly PeerLink[] _links;
    private readonly LanePort[] _ports;

    /// <summary>By rank; null where there is no link, nor will be.</summary>
    private readonly PeerLink?[] _linkOf;

    /// <param name="rank">This rank.</param>
    /// <param name="worldSize">Ranks of the communicator.</param>
    /// <param name="lanesPerLink">Lanes of each link.</param>
    /// <param name="links">Those that are open.</param>
    /// <param name="operation">The operation that the loop is at.</param>
    /// <param name="options">Constants.</param>
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

    /// <summary>Those that were given, in their order, and then the others.</summary>
    public ReadOnlySpan<PeerLink> All => _links;

    /// <summary>The lanes of all links.</summary>
    public ReadOnlySpan<LanePort> Ports => _ports;

    /// <summary>Whether a lane has something to send again that an earlier operation has sent; that goes on without an operation.</summary>
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
    /// An operation has begun: has the link opened where it is needed and absent, and replaced where it has carried enough.
    /// </summary>
    public void Prepare(PeerLink link)
    {
        switch (link.State)
        {
            case LinkState.Absent when link.IsNeeded:
                TryReplace(link, LinkEnd.Demanded);
                break;

            // The lower rank alone decides. Nothing begins on such a link: the operation waits for the new one.
            case LinkState.Open when _rank < link.Peer && link.CarriedBytes >= _options.ReplaceLinksFrom:
                TryReplace(link, LinkEnd.BytesCarried(_options.ReplaceLinksFrom));
                break;
        }
    }

    /// <summary>Has another link opened in place of one that has ended.</summary>
    /// <returns>Whether there is somebody who does that.</returns>
    public bool TryReplace(PeerLink link, LinkEnd why)
    {
        if (_options.LinkKeeper is not { } keeper)
        {
            return false;
        }

        // The cause is told before the link is closed: the peer sees it close, and would be the first to ask for another, because of a
        // break.
        keeper.LinkNeedsReplacement(link.Peer, why);
        link.Surrender();
        return true;
    }
}
