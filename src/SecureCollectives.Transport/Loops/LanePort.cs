using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The loop's end of one lane: holds how far the current operation has come on it, in both directions. Each direction of each lane carries, per operation
/// that uses it: one descriptor, then the flow's transfers, and against the flow, when all were applied, one acknowledgement.
/// </summary>
internal sealed partial class LanePort
{
    private readonly OperationRun _run;
    private readonly int _chunkBytes;
    private Lane _lane;
    private LaneSender _sender;
    private LaneReceiver _receiver;

    public LanePort(OperationRun run, int peer, int index, LinkLane lane, int chunkBytes)
    {
        _run = run;
        _chunkBytes = chunkBytes;
        Peer = peer;
        Index = index;
        _lane = lane.Lane;
        _sender = new LaneSender(lane.Lane, lane.Sealer, chunkBytes);
        _receiver = new LaneReceiver(lane.Lane, lane.Opener, chunkBytes);
    }

    /// <summary>The rank at the other end.</summary>
    public int Peer { get; }

    /// <summary>The lane's number in its link.</summary>
    public int Index { get; }

    /// <summary>What to poll, or -1.</summary>
    public int Descriptor => _retired ? -1 : _lane.Descriptor;

    /// <summary>Whether the loop should wait for room to send.</summary>
    public bool WantsToSend => _sender.IsPending && !_sendBroken;

    /// <summary>Whether the peer still has to bring its part of the operation; it cannot acknowledge ours before others bring it theirs.</summary>
    public bool AwaitsTransfers => _descriptorAwaited || _nextReceive < _receiveCount;

    /// <summary>The step of the next transfer; meaningful while <see cref="AwaitsTransfers"/>.</summary>
    public uint AwaitedStep => _nextReceive < _receiveCount ? _due.Step : 0;

    /// <summary>Whether the peer may still say something that can be understood.</summary>
    public bool CanHear => !_deaf;

    /// <summary>Whether the loop should wait for bytes to arrive.</summary>
    public bool WantsToReceive => AwaitsTransfers || _acknowledgementAwaited;

    /// <summary>Whether the current operation has nothing left to do here.</summary>
    public bool IsComplete => !WantsToReceive && !_descriptorDue && !_acknowledgementDue && _nextSend >= _sendCount && !_sender.IsPending;

    /// <summary>Takes up its part of an operation.</summary>
    /// <param name="schedule">The operation's schedule.</param>
    /// <param name="sendFlow">The schedule's flow to this peer, or -1.</param>
    /// <param name="receiveFlow">The schedule's flow from this peer, or -1.</param>
    public void Begin(Schedule schedule, int sendFlow, int receiveFlow)
    {
        _sendFlow = sendFlow;
        _sendCount = sendFlow < 0 ? 0 : schedule.Sends[sendFlow].Count;
        _nextSend = Index;
        _hasNextSend = false;
        _sent = 0;
        _descriptorDue = sendFlow >= 0;
        _acknowledgementAwaited = sendFlow >= 0;

        _receiveFlow = receiveFlow;
        _receiveCount = receiveFlow < 0 ? 0 : schedule.Receives[receiveFlow].Count;
        _nextReceive = Index;
        _applied = 0;
        _descriptorAwaited = receiveFlow >= 0;
        _acknowledgementDue = false;
        SkipEmptyReceives();
    }
}
