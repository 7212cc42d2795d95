using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The loop's end of one lane, over all links that it has: how far both directions have come, and the connection that carries them now, if
/// there is one. The pumps move bytes and say what happened; the loop judges.
/// </summary>
internal sealed class LanePort
{
    private readonly LoopOptions _options;
    private readonly CurrentOperation _operation;
    private readonly SendPump _sending;
    private readonly ReceivePump _receiving;
    private OpenLane? _lane;

    /// <summary>What the lanes before the present one have carried.</summary>
    private LaneTotals _earlier;

    /// <summary>
    /// Whether the last lane ended with something in it that the peer needs to end its operation, and that only another lane can tell: a
    /// caller who has its result may close the communicator, and nobody would tell it then.
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

    /// <summary>The rank at the other end.</summary>
    public int Peer { get; }

    /// <summary>The lane's number in its link.</summary>
    public int Index { get; }

    public OutboundDirection Outbound { get; }

    public InboundDirection Inbound { get; }

    /// <summary>What the loop has to judge, after <see cref="PumpResult.Event"/>.</summary>
    public LaneEvent? Event => _receiving.Event;

    /// <summary>What to poll, or -1.</summary>
    public int Descriptor => _lane?.Connection.Descriptor ?? -1;

    /// <summary>Whether the loop should wait for room to send.</summary>
    public bool WantsToSend => _lane is { SendBroken: false, Sender.IsPending: true };

    /// <summary>What to poll for where the loop waits for room to send; 0 where it does not.</summary>
    public short RoomEvents => _lane is { SendBroken: false } lane && (lane.Sender.IsPending || lane.Sender.LacksRoom)
        ? lane.Connection.ShowsRoomAsInput ? Libc.PollIn : Libc.PollOut
        : (short)0;

    /// <summary>
    /// Whether the loop should sleep for bytes to arrive: on every lane, since a rank that made another call may speak on one that this
    /// call does not use; but not where the next frame has come already and must wait for its operation.
    /// </summary>
    public bool WantsToListen => _lane is { End: null } && !_receiving.IsHolding;

    /// <summary>Bytes of finished frames that the lane has carried since its link was opened, in the direction that carried more.</summary>
    public long CarriedBytes => _lane?.CarriedBytes ?? 0;

    /// <summary>What the lane has carried over all its links.</summary>
    public LaneTotals Totals => _earlier + (_lane?.Totals ?? default);

    /// <summary>Whether the peer's end was seen, or there is no lane on which it could be.</summary>
    public bool IsDrained => _lane is not { IsDrained: false };

    /// <summary>Whether something of an earlier operation has still to be sent, or sent again.</summary>
    public bool HasBacklog => Outbound.HasBacklog || WantsToSend;

    /// <summary>Whether the current operation has nothing left to do here.</summary>
    public bool IsComplete =>
        Inbound.IsDone && !Outbound.AwaitsAcknowledgement && Outbound.IsDone && !_owesPeer && _lane is not { Sender.IsPending: true };

    /// <summary>Whether the operation cannot end without the peer.</summary>
    public bool NeedsPeer =>
        Inbound.AwaitsTransfers || Outbound.AwaitsAcknowledgement || !Outbound.IsDone || _owesPeer || _lane is { Sender.IsPending: true };

    /// <summary>Has a lane, its first or another.</summary>
    public void Attach(LinkLane lane)
    {
        _lane = new OpenLane(lane, _options);
        _owesPeer = false;
        _receiving.Reset();
    }

    /// <summary>Uses its lane no more.</summary>
    /// <returns>How far it has received: from there on it receives over the next one.</returns>
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

    /// <summary>Takes up its part of an operation.</summary>
    /// <param name="sendFlow">The schedule's flow to this peer, or -1.</param>
    /// <param name="receiveFlow">The schedule's flow from this peer, or -1.</param>
    public void Begin(int sendFlow, int receiveFlow)
    {
        Outbound.Begin(_operation.Schedule, sendFlow);
        Inbound.Begin(_operation.Sequence, _operation.Schedule, receiveFlow);
        _receiving.Begin();
    }

    /// <summary>Takes no part in an operation.</summary>
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
    public bool PumpAbort(in AbortMessage notice, in OperationBuffers buffers, ref bool added) =>
        _lane is not { } lane || _sending.PumpAbort(lane, notice, buffers, ref added);

    /// <inheritdoc cref="Lane.PrepareToSleep"/>
    public void PrepareToSleep() => _lane?.Connection.PrepareToSleep();

    /// <inheritdoc cref="Lane.Awake"/>
    public void Awake(bool isReady) => _lane?.Connection.Awake(isReady);

    /// <summary>Tells the peer that nothing follows.</summary>
    public void EndSending() => _lane?.Connection.EndSending();

    /// <summary>
    /// Throws away what the peer still sends: closing a TCP connection with unread bytes would reset it, and the notice could be lost with
    /// it.
    /// </summary>
    /// <returns>Whether the peer has ended too.</returns>
    public bool Discard() => _lane is not { } lane || Drain.ToTheEnd(lane);
}
