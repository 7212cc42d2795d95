using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The link to one peer over the lifetime of the communicator: the ports of its lanes stay, while links come and go. Owns the current link.
/// </summary>
internal sealed class PeerLink : IDisposable
{
    private readonly LanePort[] _ports;

    /// <summary>Creates a link that is absent.</summary>
    /// <param name="peer">The peer's rank in the job.</param>
    /// <param name="ports">The ports of its lanes, ordered by lane number.</param>
    public PeerLink(int peer, LanePort[] ports)
    {
        Peer = peer;
        _ports = ports;
        State = new LinkState.Absent(LinkPositions.None(ports.Length));
    }

    /// <summary>Creates a link that is open.</summary>
    /// <param name="link">The open link; this object takes ownership.</param>
    /// <param name="ports">The ports of its lanes, ordered by lane number.</param>
    public PeerLink(Link link, LanePort[] ports)
    {
        Peer = link.Peer;
        _ports = ports;
        State = Open(link);
    }

    public int Peer { get; }

    public LinkState State { get; private set; }

    /// <summary>The medium of the link's latest lanes, for metrics.</summary>
    public string MediumName { get; private set; } = "network";

    /// <summary>The ports of its lanes, ordered by lane number.</summary>
    public ReadOnlySpan<LanePort> Ports => _ports;

    /// <summary>The bytes of complete frames that the busiest lane has carried since the link was opened.</summary>
    public long CarriedBytes
    {
        get
        {
            var most = 0L;
            foreach (var port in _ports)
            {
                most = Math.Max(most, port.CarriedBytes);
            }

            return most;
        }
    }

    /// <summary>Whether the current operation cannot complete without the peer.</summary>
    public bool IsNeeded => Array.Exists(_ports, port => port.NeedsPeer);

    /// <summary>When the link was opened or last used by an operation, as a timestamp of the loop's clock.</summary>
    public long UsedAt { get; set; }

    /// <summary>
    /// Stops using the link immediately and permanently, so that another can replace it. A repeated call returns the same positions.
    /// </summary>
    /// <returns>How far this rank has received.</returns>
    public LinkPositions Surrender()
    {
        if (State is LinkState.Lost(var last, _, _))
        {
            return last;
        }

        var positions = Leave();
        State = new LinkState.Surrendered(positions);
        return positions;
    }

    /// <summary>
    /// Closes the link if it is open and nothing on it is pending. Messages that the peer has not applied are retained and resent over the
    /// next link.
    /// </summary>
    /// <returns>Whether the link was closed.</returns>
    public bool TryRelease()
    {
        if (State is not LinkState.Open || IsNeeded || Array.Exists(_ports, static port => port.HasBacklog))
        {
            return false;
        }

        State = new LinkState.Absent(Leave());
        return true;
    }

    /// <summary>Continues over a new link.</summary>
    /// <param name="link">The open link; this object takes ownership.</param>
    /// <param name="peerPositions">How far the peer claims to have received.</param>
    /// <returns>False if the positions are impossible; the link is then closed.</returns>
    public bool TryAttach(Link link, LinkPositions peerPositions)
    {
        if (State is not LinkState.Surrendered || link.Lanes.Count != _ports.Length || peerPositions.Applied.Count != _ports.Length
            || !_ports.All(port => port.Outbound.TryResume(peerPositions.Applied[port.Index])))
        {
            link.Dispose();
            return false;
        }

        State = Open(link);
        return true;
    }

    /// <summary>Gives up on the link: there will be no replacement.</summary>
    public void Lose(AbortReason reason, string why)
    {
        State = new LinkState.Lost(Surrender(), reason, why);
    }

    public void Dispose() => Close();

    /// <summary>
    /// Closes the link and returns its positions. The keys are erased first: nothing may be sealed or opened with them after this rank has
    /// reported its positions.
    /// </summary>
    private LinkPositions Leave()
    {
        switch (State)
        {
            case LinkState.Absent(var positions):
                return positions;
            case LinkState.Surrendered(var positions):
                return positions;
            default:
                Close();
                return new LinkPositions([.. _ports.Select(port => port.Detach())]);
        }
    }

    private void Close() => (State as LinkState.Open)?.Link.Dispose();

    private LinkState.Open Open(Link link)
    {
        foreach (var port in _ports)
        {
            port.Attach(link.Lanes[port.Index]);
        }

        MediumName = link.MediumName;
        return new LinkState.Open(link);
    }
}
