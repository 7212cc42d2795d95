using SecureCollectives.Framing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Runs the current operation of a loop on the lanes that its schedule uses, and judges what happens on them. One per loop, reused for
/// every operation.
/// </summary>
internal sealed class OperationRun
{
    private readonly CurrentOperation _operation;
    private readonly LoopOptions _options;
    private readonly int _lanesPerLink;
    private readonly PeerLinks _links;
    private readonly LanePort[] _active;

    private int _activeCount;

    /// <summary>The timestamp at which the current operation began.</summary>
    private long _beganAt;

    public OperationRun(int rank, int worldSize, int lanesPerLink, IReadOnlyList<Link> links, LoopOptions options)
    {
        Rank = rank;
        _options = options;
        _lanesPerLink = lanesPerLink;
        _operation = new CurrentOperation(worldSize, options.Members ?? worldSize, new AppliedPositions(lanesPerLink, worldSize));
        _links = new PeerLinks(rank, worldSize, lanesPerLink, links, _operation, options);
        _active = new LanePort[_links.Ports.Length];
    }

    public int Rank { get; }

    /// <summary>The first failure; it ends the communicator.</summary>
    public OperationFailure? Failure { get; private set; }

    /// <summary>All lanes of the communicator.</summary>
    public ReadOnlySpan<LanePort> Ports => _links.Ports;

    /// <summary>The links of the communicator.</summary>
    public PeerLinks Links => _links;

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

    /// <summary>Whether an operation has begun on this communicator.</summary>
    public bool HasBegun => _operation.HasBegun;

    /// <summary>Whether a lane must resend frames of an earlier operation, which needs no running operation.</summary>
    public bool HasBacklog => _links.HasBacklog;

    /// <summary>The lanes that the current operation uses.</summary>
    private ReadOnlySpan<LanePort> Active => _active.AsSpan(0, _activeCount);

    public void Begin(Operation operation, in OperationBuffers buffers)
    {
        _operation.Begin(operation);
        _beganAt = _options.Clock.GetTimestamp();
        foreach (var port in Ports)
        {
            port.Rest();
        }

        // In the order in which the schedule lists its peers, so that the data needed first is tried first.
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

        foreach (var link in _links.All)
        {
            _links.Prepare(link);
            FailIfLost(link);
        }
    }

    /// <summary>Moves everything that can move now.</summary>
    /// <param name="buffers">The caller's input and output of the current operation.</param>
    /// <param name="listen">Whether to read lanes on which nothing is awaited as well.</param>
    /// <returns>Whether anything moved.</returns>
    public bool Advance(in OperationBuffers buffers, bool listen)
    {
        var moved = false;
        foreach (var port in listen ? Ports : Active)
        {
            moved |= port.PumpSend(buffers);
        }

        foreach (var port in listen ? Ports : Active)
        {
            var result = port.PumpReceive(buffers, listen);
            moved |= result != PumpResult.Idle;
            if (result == PumpResult.Event)
            {
                Judge(port);
            }

            if (Failure is not null)
            {
                return true;
            }
        }

        return moved;
    }

    /// <summary>Fails the operation and blames the rank that it is waiting for.</summary>
    public void TimeOut()
    {
        var waited = Waited;
        Fail(new OperationFailure(
            AbortReason.TimedOut,
            waited.Rank,
            _operation.Sequence,
            waited.Step,
            Rank,
            $"waited for rank {waited.Rank} for {_operation.Operation.CallTimeout.TotalSeconds:0.###} s, the operation's time limit"));
    }

    public void Fail(OperationFailure failure) => Failure ??= failure;

    /// <summary>Fails the operation because a user-defined reduction has thrown.</summary>
    public void Fail(ReductionException exception) =>
        Fail(OperationFailure.OfReduction(Rank, _operation.Sequence, _operation.Step, exception));

    /// <summary>Returns what the current operation waits for.</summary>
    /// <param name="elapsed">How long the operation has been running.</param>
    public LoopWait WaitOf(TimeSpan elapsed)
    {
        var (rank, step) = Waited;
        return new LoopWait(_operation.Sequence, step, rank == Rank ? null : rank, IsRunning: true, elapsed,
            _operation.Schedule.Descriptor);
    }

    /// <summary>The rank that the current operation waits for; null if it waits for none.</summary>
    public int? AwaitedRank => Waited.Rank is var rank && rank != Rank ? rank : null;

    /// <inheritdoc cref="ILinkOwner.Attach"/>
    public void Attach(Link link, LinkPositions peerPositions)
    {
        // A link that the peer has opened is not idle: this rank may reach the operation that needs it later.
        _links.To(link.Peer).UsedAt = _options.Clock.GetTimestamp();
        if (!_links.To(link.Peer).TryAttach(link, peerPositions))
        {
            Fail(AbortReason.AuthenticationFailed, link.Peer, $"rank {link.Peer} reported impossible receive positions; "
                + "it runs another version or is malicious");
        }
    }

    /// <inheritdoc cref="ILinkOwner.FailLink"/>
    public void FailLink(int peer, AbortReason reason, string why)
    {
        var link = _links.To(peer);
        link.Lose(reason, why);
        FailIfLost(link);
    }

    /// <summary>The rank that the operation waits for, or this rank if it waits for none, and the step that it awaits.</summary>
    private (int Rank, uint Step) Waited => SlowestLane.Of(Active) is { } lane
        ? (lane.Peer, lane.Inbound.AwaitsTransfers ? lane.Inbound.AwaitedStep : _operation.Step)
        : (Rank, _operation.Step);

    private void Judge(LanePort port)
    {
        var peer = port.Peer;
        switch (port.Event!)
        {
            case LaneEvent.PeerAborted(var abort):
                Fail(OperationFailure.Told(abort, peer, _operation.WorldSize));
                return;
            case LaneEvent.CallDiffers(var theirs, var operation):
                var ours = operation == _operation.Sequence ? _operation.Schedule.DescriptorTo(peer) : _operation.CallAt(operation);
                Fail(AbortReason.CallMismatch, peer, $"rank {peer} called {theirs}, "
                    + $"rank {Rank} called {ours?.ToString() ?? "something else"}; all ranks must make the same calls in the same order");
                return;
            case LaneEvent.FrameRefused(var status):
                End(peer, AbortReason.AuthenticationFailed, LinkEnd.AuthenticationFailed(FailureWords.Of(status, peer)));
                return;
            case LaneEvent.Ended(Lanes.LaneOutcome.Altered, _):
                End(peer, AbortReason.AuthenticationFailed, LinkEnd.AuthenticationFailed(
                    $"bytes from rank {peer} were altered in transit: they failed TLS record authentication"));
                return;
            case LaneEvent.Ended(var outcome, var fault):
                End(peer, AbortReason.PeerLost, LinkEnd.Broken(FailureWords.Of(outcome, fault, peer)));
                return;
        }
    }

    /// <summary>Handles the end of a link: requests a replacement, or fails the operation if nothing replaces links.</summary>
    private void End(int peer, AbortReason reason, LinkEnd why)
    {
        if (!_links.TryReplace(_links.To(peer), why))
        {
            Fail(reason, peer, why.Words);
        }
    }

    private void FailIfLost(PeerLink link)
    {
        if (link is { State: LinkState.Lost(_, var reason, var why), IsNeeded: true })
        {
            Fail(reason, link.Peer, why);
        }
    }

    private void Fail(AbortReason reason, int culprit, string detail) =>
        Fail(new OperationFailure(reason, culprit, _operation.Sequence, _operation.Step, Rank, detail));

    private void Activate(Schedule schedule, int peer, int send, int receive)
    {
        var link = _links.To(peer);
        link.UsedAt = _beganAt;

        // Lanes without a transfer take no part.
        var transfers = Math.Max(send < 0 ? 0 : schedule.Sends[send].Count, receive < 0 ? 0 : schedule.Receives[receive].Count);
        var lanes = (int)Math.Clamp(transfers, 1, _lanesPerLink);
        foreach (var port in link.Ports[..lanes])
        {
            if (receive >= 0)
            {
                _operation.Applied.Set(receive, port.Index, port.Inbound.Cursor);
            }

            _active[_activeCount++] = port;
            port.Begin(send, receive);
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
