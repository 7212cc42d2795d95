using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The loop's end of one lane, across all the links that carry it over time: the progress of both directions, and the current connection,
/// if any. The pumps move bytes and report events; the loop judges them.
/// </summary>
internal sealed class LanePort
{
    private readonly LoopOptions _options;
    private readonly CurrentOperation _operation;
    private readonly SendPump _sending;
    private readonly ReceivePump _receiving;
    private OpenLane? _lane;

    /// <summary>The totals of the lanes before the current one.</summary>
    private LaneTotals _earlier;

    /// <summary>
    /// Whether the last connection ended before it delivered something that the peer needs to complete its operation. This rank must first
    /// send it over the next connection: a caller that has its result may close the communicator, and the peer would never receive it.
    /// </summary>
    private bool _owesPeer;

    public LanePort(int peer, int index, int lanes, CurrentOperation operation, LoopOptions options)
    {
        _options = options;
        _operation = operation;
        Peer = peer;
        Index = index;
        Outbound = new OutboundDirection(index, lanes, options.Retention);
        Inbound = new InboundDirection(index, lanes, options.Retention);
        _sending = new SendPump(peer, operation, Outbound, Inbound);
        _receiving = new ReceivePump(peer, operation, Inbound, Outbound);
    }

    /// <summary>The rank of the peer.</summary>
    public int Peer { get; }

    /// <summary>The lane's number within its link.</summary>
    public int Index { get; }

    public OutboundDirection Outbound { get; }

    public InboundDirection Inbound { get; }

    /// <summary>The event to judge after a result of <see cref="PumpResult.Event"/>.</summary>
    public LaneEvent? Event => _receiving.Event;

    /// <summary>The descriptor to poll; -1 for none.</summary>
    public int Descriptor => _lane?.Connection.Descriptor ?? -1;

    /// <summary>Whether the loop must wait for room to send.</summary>
    public bool WantsToSend => _lane is { SendBroken: false, Sender.IsPending: true };

    /// <summary>The poll events that signal room to send; 0 if the loop does not wait for room.</summary>
    public short RoomEvents => _lane is { SendBroken: false } lane && (lane.Sender.IsPending || lane.Sender.LacksRoom)
        ? lane.Connection.ShowsRoomAsInput ? Libc.PollIn : Libc.PollOut
        : (short)0;

    /// <summary>
    /// Whether a sleeping loop should wake up for bytes on this lane. Every lane should wake it, because a rank that made a different call
    /// may send on a lane that this call does not use. The exception is a lane on which a frame has arrived that must wait for its
    /// operation.
    /// </summary>
    public bool WantsToListen => _lane is { End: null } && !_receiving.IsHolding;

    /// <summary>
    /// The bytes of complete frames that the lane has carried since its link was opened, in the direction that carried more.
    /// </summary>
    public long CarriedBytes => _lane?.CarriedBytes ?? 0;

    /// <summary>The totals of the lane across all its links.</summary>
    public LaneTotals Totals => _earlier + (_lane?.Totals ?? default);

    /// <summary>Whether the peer has ended its side, or there is no connection.</summary>
    public bool IsDrained => _lane is not { IsDrained: false };

    /// <summary>Whether frames of an earlier operation still have to be sent, or sent again.</summary>
    public bool HasBacklog => Outbound.HasBacklog || WantsToSend;

    /// <summary>Whether the current operation has nothing left to do on this lane.</summary>
    public bool IsComplete =>
        Inbound.IsDone && !Outbound.AwaitsAcknowledgement && Outbound.IsDone && !_owesPeer && _lane is not { Sender.IsPending: true };

    /// <summary>Whether the current operation cannot complete without the peer.</summary>
    public bool NeedsPeer =>
        Inbound.AwaitsTransfers || Outbound.AwaitsAcknowledgement || !Outbound.IsDone || _owesPeer || _lane is { Sender.IsPending: true };

    /// <summary>Attaches a connection: the first one or a replacement.</summary>
    public void Attach(LinkLane lane)
    {
        _lane = new OpenLane(lane, _options);
        _owesPeer = false;
        _receiving.Reset();
    }

    /// <summary>Stops using the connection.</summary>
    /// <returns>The number of frames received and applied; the next connection continues from there.</returns>
    public ulong Detach()
    {
        if (_lane is { } lane)
        {
            var isPending = lane.Sender.IsPending;
            _owesPeer = Inbound.OwesEnd(isPending) || (isPending && Outbound.Acknowledged < Outbound.Made);
        }

        _earlier = Totals;
        _lane = null;
        _receiving.Reset();
        return Inbound.Stop();
    }

    /// <summary>Starts this lane's part of an operation.</summary>
    /// <param name="sendFlow">The index of the schedule's flow to this peer; -1 for none.</param>
    /// <param name="receiveFlow">The index of the schedule's flow from this peer; -1 for none.</param>
    public void Begin(int sendFlow, int receiveFlow)
    {
        Outbound.Begin(_operation.Schedule, sendFlow);
        Inbound.Begin(_operation.Sequence, _operation.Schedule, receiveFlow);
        _receiving.Begin();
    }

    /// <summary>Sits out an operation.</summary>
    public void Rest()
    {
        Outbound.Rest();
        Inbound.Rest(_operation.Sequence);
        _receiving.Begin();
    }

    /// <inheritdoc cref="SendPump.Pump"/>
    public bool PumpSend(in OperationBuffers buffers) => _lane is { } lane && _sending.Pump(lane, buffers);

    /// <inheritdoc cref="ReceivePump.Pump"/>
    public PumpResult PumpReceive(in OperationBuffers buffers, bool listen) =>
        _lane is { } lane ? _receiving.Pump(lane, buffers, listen) : PumpResult.Idle;

    /// <inheritdoc cref="SendPump.PumpAbort"/>
    public bool PumpAbort(in AbortMessage abort, in OperationBuffers buffers, ref bool added) =>
        _lane is not { } lane || _sending.PumpAbort(lane, abort, buffers, ref added);

    /// <inheritdoc cref="Lane.PrepareToSleep"/>
    public void PrepareToSleep() => _lane?.Connection.PrepareToSleep();

    /// <inheritdoc cref="Lane.Awake"/>
    public void Awake(bool isReady) => _lane?.Connection.Awake(isReady);

    /// <summary>Tells the peer that no more bytes follow.</summary>
    public void EndSending() => _lane?.Connection.EndSending();

    /// <summary>
    /// Discards whatever the peer still sends. Closing a TCP connection with unread bytes would reset it, and the abort could be lost.
    /// </summary>
    /// <returns>Whether the peer has ended its side too.</returns>
    public bool Discard() => _lane is not { } lane || Drain.ToTheEnd(lane);
}
