using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>The link to one peer, through all the connections it has while the communicator lives: its lanes' ports stay, links come and go. Owns the link.</summary>
internal sealed class PeerLink : IDisposable
{
    private readonly LanePort[] _ports;

    public PeerLink(Link link, LanePort[] ports)
    {
        Peer = link.Peer;
        _ports = ports;
        State = Open(link);
    }

    public int Peer { get; }

    public LinkState State { get; private set; }

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

    /// <summary>Stops using the link, at once and for ever. Repeating it says the same again.</summary>
    /// <returns>How far this rank has received.</returns>
    public LinkPositions Surrender()
    {
        switch (State)
        {
            case LinkState.Surrendered already:
                return already.Positions;
            case LinkState.Lost already:
                return already.Positions;
        }

        // First of all: nothing is sealed or opened with its keys after this rank has told its positions.
        Close();
        var positions = new LinkPositions([.. _ports.Select(port => port.Detach())]);
        State = new LinkState.Surrendered(positions);
        return positions;
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

    private void Close() => (State as LinkState.Open)?.Link.Dispose();

    private LinkState.Open Open(Link link)
    {
        foreach (var port in _ports)
        {
            port.Attach(link.Lanes[port.Index]);
        }

        return new LinkState.Open(link);
    }
}
