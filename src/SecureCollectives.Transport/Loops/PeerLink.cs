using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The link to one peer, through all the connections it has while the communicator lives: its lanes' ports stay, links come and go. Owns
/// the link.
/// </summary>
internal sealed class PeerLink : IDisposable
{
    private readonly LanePort[] _ports;

    /// <summary>A link that is absent.</summary>
    /// <param name="peer">The rank at the other end.</param>
    /// <param name="ports">Its lanes, in the order of their numbers.</param>
    public PeerLink(int peer, LanePort[] ports)
    {
        Peer = peer;
        _ports = ports;
        State = new LinkState.Absent(LinkPositions.None(ports.Length));
    }

    /// <summary>A link that is open.</summary>
    /// <param name="link">It is this object's from here.</param>
    /// <param name="ports">Its lanes, in the order of their numbers.</param>
    public PeerLink(Link link, LanePort[] ports)
    {
        Peer = link.Peer;
        _ports = ports;
        State = Open(link);
    }

    public int Peer { get; }

    public LinkState State { get; private set; }

    /// <summary>Where its lanes went last, for measurements.</summary>
    public string MediumName { get; private set; } = "network";

    /// <summary>Its lanes, in the order of their numbers.</summary>
    public ReadOnlySpan<LanePort> Ports => _ports;

    /// <summary>Bytes of finished frames that the busiest lane has carried since the link was opened.</summary>
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

    /// <summary>Whether the operation at hand cannot end without the peer.</summary>
    public bool IsNeeded => Array.Exists(_ports, port => port.NeedsPeer);

    /// <summary>When it was opened, or an operation took it up last, on the loop's clock.</summary>
    public long UsedAt { get; set; }

    /// <summary>Stops using the link, at once and for ever, for another to take its place. Repeating it says the same again.</summary>
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
    /// Closes the link where it is open and nothing of it is due. What the peer was sent and has not applied is kept, and sent again over
    /// the next one.
    /// </summary>
    /// <returns>Whether it did.</returns>
    public bool TryRelease()
    {
        if (State is not LinkState.Open || IsNeeded || Array.Exists(_ports, static port => port.HasBacklog))
        {
            return false;
        }

        State = new LinkState.Absent(Leave());
        return true;
    }

    /// <summary>Goes on over a new link.</summary>
    /// <param name="link">It is this object's from here.</param>
    /// <param name="peerPositions">How far the peer has received, by its word.</param>
    /// <returns>False for positions that cannot be; the link is closed then.</returns>
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

    /// <summary>There will be no other link.</summary>
    public void Lose(AbortReason reason, string why)
    {
        State = new LinkState.Lost(Surrender(), reason, why);
    }

    public void Dispose() => Close();

    /// <summary>Nothing is sealed or opened with the link's keys after this rank has told its positions: they are erased first.</summary>
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
