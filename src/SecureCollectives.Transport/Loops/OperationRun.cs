using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>The operation that a loop is at, spread over the lanes that its schedule uses. One per loop, used again for each operation.</summary>
internal sealed partial class OperationRun
{
    private readonly LanePort[] _ports;
    private readonly LanePort[] _active;
    private readonly LanePort?[] _receivePorts;

    /// <summary>By rank: where its link's lanes begin among the ports; -1 where there is no link.</summary>
    private readonly int[] _firstPorts;

    private int _activeCount;
    private uint _step;
    private Operation? _operation;

    public OperationRun(int rank, int worldSize, int lanesPerLink, IReadOnlyList<Link> links, LoopOptions options)
    {
        Rank = rank;
        WorldSize = worldSize;
        LanesPerLink = lanesPerLink;
        _ports = [.. links.SelectMany(link => link.Lanes.Select((lane, index) => new LanePort(this, link.Peer, index, lane, options)))];
        _active = new LanePort[_ports.Length];
        _receivePorts = new LanePort?[_ports.Length];
        _firstPorts = new int[worldSize];
        Array.Fill(_firstPorts, -1);
        for (var i = 0; i < links.Count; i++)
        {
            _firstPorts[links[i].Peer] = i * lanesPerLink;
        }
    }

    public int Rank { get; }

    public int WorldSize { get; }

    public int LanesPerLink { get; }

    /// <summary>The operation at hand.</summary>
    public Operation Operation => _operation ?? throw new UnreachableException("No operation is running.");

    /// <summary>The first failure that was seen; it ends the communicator.</summary>
    public OperationFailure? Failure { get; private set; }

    /// <summary>Whether an operation has begun on this communicator.</summary>
    public bool HasBegun => _operation is not null;

    /// <summary>Never: failures are attributed over the control plane. For lanes that still ask.</summary>
    public bool IsSettling { get; }

    /// <summary>All lanes of the communicator.</summary>
    public ReadOnlySpan<LanePort> Ports => _ports;

    /// <summary>The lanes that the current operation uses.</summary>
    public ReadOnlySpan<LanePort> Active => _active.AsSpan(0, _activeCount);

    public bool IsComplete
    {
        get
        {
            foreach (var port in Active)
            {
                if (!port.IsComplete)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public void Begin(Operation operation, in OperationBuffers buffers)
    {
        _operation = operation;
        _step = 0;
        foreach (var port in Active)
        {
            port.Rest();
        }

        // In the order in which a schedule names its peers: what it needs first is looked at first.
        _activeCount = 0;
        var schedule = operation.Schedule;
        for (var receive = 0; receive < schedule.Receives.Length; receive++)
        {
            Activate(schedule, schedule.Receives[receive].Peer, FlowWith(schedule.Sends, schedule.Receives[receive].Peer), receive);
        }

        for (var send = 0; send < schedule.Sends.Length; send++)
        {
            if (FlowWith(schedule.Receives, schedule.Sends[send].Peer) < 0)
            {
                Activate(schedule, schedule.Sends[send].Peer, send, -1);
            }
        }

        if (schedule.Local is { } local)
        {
            buffers.CopyWithin(local);
        }
    }

    /// <summary>Keeps the operation that has just begun off the lanes to a peer, until a new link has taken over.</summary>
    public void Suspend(int peer)
    {
        foreach (var port in _ports.Where(port => port.Peer == peer))
        {
            port.Suspend();
        }
    }

    /// <summary>Has the new link to a peer, over which the operation goes on when both ends have ended the old one.</summary>
    public void Succeed(Link link)
    {
        foreach (var port in _ports.Where(port => port.Peer == link.Peer))
        {
            port.Succeed(link.Lanes[port.Index]);
        }
    }

    /// <summary>Lets go of the old link to a peer, also on lanes that the operation which brought the new one did not use.</summary>
    public void TakeOver(int peer)
    {
        foreach (var port in _ports.Where(port => port.Peer == peer))
        {
            port.TakeOver();
        }
    }

    /// <summary>Moves what can be moved now.</summary>
    /// <param name="buffers">The caller's memory.</param>
    /// <param name="listen">Whether to look also at lanes on which nothing is awaited.</param>
    /// <returns>Whether anything moved.</returns>
    public bool Advance(in OperationBuffers buffers, bool listen)
    {
        var moved = false;
        foreach (var port in Active)
        {
            moved |= port.PumpSend(buffers);
        }

        foreach (var port in listen ? Ports : Active)
        {
            moved |= port.PumpReceive(buffers, listen);
            if (Failure is not null)
            {
                return true;
            }
        }

        return moved;
    }

    /// <summary>Whether a receive flow's transfer at a position was applied, and so many in all up to it: each lane's last is enough.</summary>
    public bool IsApplied(int flow, long position, int count = 1)
    {
        for (var i = 0; i < Math.Min(count, LanesPerLink); i++)
        {
            if (!_receivePorts[(flow * LanesPerLink) + (int)((position - i) % LanesPerLink)]!.IsApplied(position - i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Notes how far the operation has come, for messages.</summary>
    public void ReachedStep(uint step) => _step = Math.Max(_step, step);

    public void Fail(AbortReason reason, int culprit, string detail) =>
        Failure ??= new OperationFailure(reason, culprit, _operation?.Sequence ?? 0, _step, Rank, detail);

    public void Fail(OperationFailure failure) => Failure ??= failure;

    private void Activate(Schedule schedule, int peer, int send, int receive)
    {
        // Lanes that no transfer falls on stay out of it.
        var transfers = Math.Max(send < 0 ? 0 : schedule.Sends[send].Count, receive < 0 ? 0 : schedule.Receives[receive].Count);
        var lanes = (int)Math.Clamp(transfers, 1, LanesPerLink);
        for (var lane = 0; lane < lanes; lane++)
        {
            var port = _ports[_firstPorts[peer] + lane];
            if (receive >= 0)
            {
                _receivePorts[(receive * LanesPerLink) + lane] = port;
            }

            _active[_activeCount++] = port;
            port.Begin(schedule, send, receive);
        }
    }

    private static int FlowWith(ReadOnlySpan<Flow> flows, int peer)
    {
        for (var i = 0; i < flows.Length; i++)
        {
            if (flows[i].Peer == peer)
            {
                return i;
            }
        }

        return -1;
    }
}
