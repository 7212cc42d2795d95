using System.Diagnostics;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// One rank's loop, modelled to the extent that it determines the order of events. In each pass over its lanes, it sends one transfer of
/// each flow and applies one of each, if they are due. There is one lane per peer.
/// </summary>
internal sealed class SimulatedRank
{
    private readonly OutboundFlow[] _sends;
    private readonly InboundFlow[] _receives;
    private readonly AppliedPositions _applied;
    private readonly bool _acknowledges;

    /// <summary>Receive flows that are complete but not yet acknowledged to the peer.</summary>
    private readonly Queue<int> _owed = new();

    private bool _ownDue;
    private int _untaken;
    private int _taken;
    private int _place;

    public SimulatedRank(Schedule schedule)
    {
        _sends = [.. Enumerable.Range(0, schedule.Sends.Length).Select(flow => new OutboundFlow(schedule, flow))];
        _receives = [.. Enumerable.Range(0, schedule.Receives.Length)
            .Select(flow => new InboundFlow(schedule, flow, ReplyTo(schedule.Receives[flow].Peer)))];
        _applied = new AppliedPositions(lanes: 1, _receives.Length);
        foreach (var (flow, receive) in _receives.Index())
        {
            _applied.Set(flow, lane: 0, receive.Cursor);
        }

        _acknowledges = schedule.SentSpans == SentSpans.StayUntilApplied;
        _ownDue = schedule.Local is not null;
    }

    /// <summary>The current work; valid only while the rank has a core.</summary>
    public RankWork Running { get; private set; }

    public RankState State { get; set; }

    /// <summary>The assigned core; valid only while the rank is working.</summary>
    public int Core { get; set; }

    /// <summary>Seconds that cores have worked for this rank.</summary>
    public double BusySeconds { get; set; }

    public long Sent => _sends.Sum(flow => flow.Sent);

    public long Applied => _receives.Sum(flow => flow.Applied);

    /// <summary>Whether the caller has its result and may reuse its buffers.</summary>
    public bool IsDone =>
        !_ownDue && _owed.Count == 0 && Array.TrueForAll(_sends, flow => flow.Cursor.IsDone)
            && Array.TrueForAll(_receives, flow => flow.Cursor.IsDone)
        && (!_acknowledges || _taken == _sends.Count(flow => flow.Sent > 0));

    /// <summary>The positions in a pass: send flows, acknowledgements to send, receive flows, acknowledgements to process.</summary>
    private int Places => _sends.Length + 1 + _receives.Length + 1;

    public bool HasWork => TryFind(out _, out _);

    /// <summary>Returns the index of the flow in which a peer's transfers arrive.</summary>
    public int FlowFrom(int peer) => Array.FindIndex(_receives, flow => flow.Peer == peer);

    public int PeerOf(in RankWork work) => work.Kind == WorkKind.Send ? _sends[work.Flow].Peer : _receives[work.Flow].Peer;

    public void Arrive(in SimulatedFrame frame)
    {
        if (frame.Flow == SimulatedFrame.NoFlow)
        {
            _untaken++;
        }
        else
        {
            _receives[frame.Flow].Arrive(frame);
        }
    }

    /// <summary>Starts the next work of the pass.</summary>
    public RankWork TakeUp()
    {
        if (!TryFind(out var work, out var place))
        {
            throw new UnreachableException("A rank without work was given a core.");
        }

        Running = work;
        _place = place + 1;
        return work;
    }

    /// <summary>Completes the current work.</summary>
    public void Complete()
    {
        switch (Running.Kind)
        {
            case WorkKind.CopyOwn:
                _ownDue = false;
                break;
            case WorkKind.Send:
                _sends[Running.Flow].Complete();
                break;
            case WorkKind.Receive:
                var flow = _receives[Running.Flow];
                flow.Complete();
                if (flow.Cursor.IsDone && _acknowledges)
                {
                    _owed.Enqueue(Running.Flow);
                }

                break;
            case WorkKind.SendAcknowledgement:
                _owed.Dequeue();
                break;
            default:
                _untaken--;
                _taken++;
                break;
        }
    }

    /// <summary>Describes the rank's progress, for debugging a schedule.</summary>
    public string Describe() =>
        $"sent {string.Join(", ", _sends.Select(flow => $"{flow.Sent} to rank {flow.Peer}"))}; "
        + $"applied {string.Join(", ", _receives.Select(flow => $"{flow.Applied} from rank {flow.Peer}"))}";

    private OutboundFlow? ReplyTo(int peer) => Array.Find(_sends, flow => flow.Peer == peer);

    private bool TryFind(out RankWork work, out int place)
    {
        if (_ownDue)
        {
            (work, place) = (new RankWork(WorkKind.CopyOwn), -1);
            return true;
        }

        for (var i = 0; i < Places; i++)
        {
            place = (_place + i) % Places;
            if (TryFindAt(place, out work))
            {
                return true;
            }
        }

        (work, place) = (default, 0);
        return false;
    }

    private bool TryFindAt(int place, out RankWork work)
    {
        work = default;
        if (place < _sends.Length)
        {
            if (!_sends[place].TryPeek(_applied, out var send))
            {
                return false;
            }

            work = new RankWork(WorkKind.Send, place, Send: send);
            return true;
        }

        if (place == _sends.Length)
        {
            if (!_owed.TryPeek(out var flow))
            {
                return false;
            }

            work = new RankWork(WorkKind.SendAcknowledgement, flow);
            return true;
        }

        var receive = place - _sends.Length - 1;
        if (receive < _receives.Length)
        {
            if (!_receives[receive].TryPeek(_applied, out var transfer))
            {
                return false;
            }

            work = new RankWork(WorkKind.Receive, receive, Receive: transfer);
            return true;
        }

        work = new RankWork(WorkKind.TakeAcknowledgement);
        return _untaken > 0;
    }
}
