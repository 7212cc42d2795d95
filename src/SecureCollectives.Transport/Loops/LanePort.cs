using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The loop's end of one lane: holds how far the current operation has come on it, in both directions. A direction of a lane carries, per operation that uses
/// it, either one descriptor and then the flow's transfers, or one message that is both; and against them now and then an acknowledgement.
/// </summary>
internal sealed partial class LanePort
{
    private readonly OperationRun _run;
    private readonly LoopOptions _options;
    private LinkLane _lane;
    private LaneSender _sender;
    private LaneReceiver _receiver;

    public LanePort(OperationRun run, int peer, int index, LinkLane lane, LoopOptions options)
    {
        _run = run;
        _options = options;
        Peer = peer;
        Index = index;
        _lane = lane;
        _sender = new LaneSender(lane.Lane, lane.Sealer, options);
        _receiver = new LaneReceiver(lane.Lane, lane.Opener);
    }

    /// <summary>The rank at the other end.</summary>
    public int Peer { get; }

    /// <summary>The lane's number in its link.</summary>
    public int Index { get; }

    /// <summary>What to poll, or -1.</summary>
    public int Descriptor => _retired ? -1 : _lane.Lane.Descriptor;

    /// <summary>Whether the loop should wait for room to send.</summary>
    public bool WantsToSend => Speaker.IsPending && !_sendBroken;

    /// <summary>Whether the peer still has to bring its part of the operation; it cannot acknowledge ours before others bring it theirs.</summary>
    public bool AwaitsTransfers => _descriptorAwaited || _nextReceive < _receiveCount;

    /// <summary>The step of the next transfer; meaningful while <see cref="AwaitsTransfers"/>.</summary>
    public uint AwaitedStep => _nextReceive < _receiveCount ? _due.Step : 0;

    /// <summary>
    /// Whether the loop should sleep for bytes to arrive: on every lane, since a rank that made another call may speak on one that this call does not
    /// use; but not where the next frame has come already and must wait for its operation.
    /// </summary>
    public bool WantsToListen => !_deaf && _ended is null && !_isHolding;

    /// <summary>Whether the current operation has nothing left to do here.</summary>
    public bool IsComplete =>
        !AwaitsTransfers && !AwaitsAcknowledgement && !_descriptorDue && !_acknowledgementDue && _nextSend >= _sendCount && !_sender.IsPending;

    private bool AwaitsAcknowledgement => (_holdsBuffers && _sender.Acknowledged < _sender.Sent) || _lacksRoom;

    /// <summary>Takes up its part of an operation.</summary>
    /// <param name="schedule">The operation's schedule.</param>
    /// <param name="sendFlow">The schedule's flow to this peer, or -1.</param>
    /// <param name="receiveFlow">The schedule's flow from this peer, or -1.</param>
    public void Begin(Schedule schedule, int sendFlow, int receiveFlow)
    {
        var waits = schedule.SentSpans == SentSpans.StayUntilApplied;
        _sendFlow = sendFlow;
        _sendCount = sendFlow < 0 ? 0 : schedule.Sends[sendFlow].Count;
        _nextSend = Index;
        _hasNextSend = false;
        _lacksRoom = false;
        _descriptorDue = waits && sendFlow >= 0;
        _holdsBuffers = waits && sendFlow >= 0;

        _receiveFlow = receiveFlow;
        _receiveCount = receiveFlow < 0 ? 0 : schedule.Receives[receiveFlow].Count;
        _nextReceive = Index;
        _acknowledgesAtTheEnd = waits && receiveFlow >= 0;
        _descriptorAwaited = receiveFlow >= 0;
        _acknowledgementDue = false;
        _isHolding = false;
        if (!waits)
        {
            MakeRoomForEarly();
        }

        SkipEmptyReceives();
    }

    /// <summary>Takes no part in the next operation.</summary>
    public void Rest()
    {
        _sendFlow = -1;
        _sendCount = 0;
        _receiveFlow = -1;
        _receiveCount = 0;
        _holdsBuffers = false;
        _isHolding = false;
    }
}
