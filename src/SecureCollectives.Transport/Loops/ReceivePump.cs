using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The inbound path of a lane: reads a header, checks that exactly this frame is due, receives payload and tag, opens and applies the
/// frame. No part of a frame is used before its tag has been verified. A frame that is not due is refused before its payload is received,
/// or left in the lane if the peer is at a later operation.
/// </summary>
/// <param name="peer">The peer's rank in the job.</param>
/// <param name="operation">The current operation of the loop, which all its lanes share.</param>
/// <param name="inbound">The inbound direction, which knows what is due.</param>
/// <param name="outbound">The outbound direction, to which acknowledgements refer.</param>
internal sealed class ReceivePump(int peer, CurrentOperation operation, InboundDirection inbound, OutboundDirection outbound)
{
    /// <summary>After a payload of this size or more, sending gets its turn before the next frame is received.</summary>
    private const int LargePayload = 16 * 1024;

    /// <summary>Holds the payload of a control frame; as long as the longest of them.</summary>
    private readonly byte[] _control = new byte[OperationDescriptor.Length];

    /// <summary>
    /// The abort from a peer that aborted in a later operation. The peer has completed its part of the current one, which may still
    /// succeed.
    /// </summary>
    private AbortMessage? _abort;

    /// <summary>Whether the next frame has arrived but must wait for its operation, or for data on another lane.</summary>
    public bool IsHolding { get; private set; }

    /// <summary>The event to judge after a result of <see cref="PumpResult.Event"/>.</summary>
    public LaneEvent? Event { get; private set; }

    /// <summary>Whether the transfer that is due may be applied once it has arrived.</summary>
    private bool IsReady => inbound.Cursor.IsReady(outbound.Cursor, operation.Applied);

    private bool AwaitsPeer => inbound.AwaitsTransfers || outbound.AwaitsAcknowledgement;

    /// <summary>Begins an operation.</summary>
    public void Begin() => IsHolding = false;

    /// <summary>Starts over with a new connection.</summary>
    public void Reset()
    {
        IsHolding = false;
        Event = null;
    }

    /// <summary>
    /// Receives and applies the frames that have arrived. Stops after one large chunk, so that sending gets its turn, and after one abort,
    /// so that a peer that never stops sending aborts cannot monopolize this loop.
    /// </summary>
    /// <param name="lane">The lane's current connection.</param>
    /// <param name="buffers">The caller's input and output of the current operation.</param>
    /// <param name="listen">Whether to read even if nothing is awaited. Set only before and after sleeping, which saves system calls at
    /// other times.</param>
    public PumpResult Pump(OpenLane lane, in OperationBuffers buffers, bool listen)
    {
        var result = PumpResult.Idle;
        while (listen || lane.SendBroken || IsWorthReading(lane))
        {
            if (inbound.HasEarly && IsReady)
            {
                ApplyMessage(inbound.TakeEarly(), buffers);
                return PumpResult.Moved;
            }

            if (_abort is { } abort && (AwaitsPeer || lane.SendBroken || abort.Operation <= operation.Sequence))
            {
                _abort = null;
                return Happened(new LaneEvent.PeerAborted(abort));
            }

            var next = lane.End is { } end ? Stopped(lane, end) : Step(lane, buffers);
            if (next == PumpResult.Idle)
            {
                return result;
            }

            result = next;
            if (next == PumpResult.Event || lane.Receiver.HasHeader || EndsTheTurn(lane.Receiver.Header))
            {
                return result;
            }
        }

        return result;
    }

    /// <summary>Whether reading the lane could advance the operation. Each read is a system call, and most would return nothing.</summary>
    private bool IsWorthReading(OpenLane lane) => inbound.AwaitsTransfers
        ? lane.Receiver.HasHeader || IsReady
        : outbound.AwaitsAcknowledgement && (outbound.LacksRoom || outbound.Cursor.IsDone);

    /// <summary>Whether the last frame used ends this lane's turn.</summary>
    private static bool EndsTheTurn(in FrameHeader used) => used.Length >= LargePayload || used.Kind == FrameKind.Abort;

    /// <summary>Receives the available part of one frame, and uses the frame when it is complete.</summary>
    private PumpResult Step(OpenLane lane, in OperationBuffers buffers)
    {
        var receiver = lane.Receiver;
        var isNew = !receiver.HasHeader;
        if (isNew)
        {
            var outcome = receiver.TryReadHeader(out var status);
            if (!receiver.HasHeader)
            {
                return Stopped(lane, outcome);
            }

            if (status != OpenStatus.Ok)
            {
                return Refuse(status);
            }
        }

        var place = inbound.PlaceOf(receiver.Header, IsReady, outbound);
        IsHolding = place == FramePlace.Later;
        if (place != FramePlace.Now)
        {
            return !IsHolding ? Refuse(OpenStatus.MalformedHeader) : isNew ? PumpResult.Moved : PumpResult.Idle;
        }

        var destination = Destination(receiver, buffers);
        var received = receiver.TryReceivePayload(destination, out var complete);
        if (!complete)
        {
            var stopped = received == LaneOutcome.Moved ? PumpResult.Moved : Stopped(lane, received);
            return stopped == PumpResult.Idle && isNew ? PumpResult.Moved : stopped;
        }

        var opened = receiver.Open(destination, out var payload);
        return opened == OpenStatus.Ok ? Use(lane, payload, buffers) : Refuse(opened);
    }

    /// <summary>Returns the destination of the payload: the output for plain copies, otherwise scratch memory.</summary>
    private Span<byte> Destination(LaneReceiver receiver, in OperationBuffers buffers)
    {
        ref readonly var header = ref receiver.Header;
        return header.Kind switch
        {
            FrameKind.Data when inbound.Cursor.Due.Action == ReceiveAction.Copy => buffers.Target(inbound.Cursor.Due.Target),
            FrameKind.Data or FrameKind.Message => receiver.Staging(header.Length),
            _ => _control.AsSpan(0, header.Length),
        };
    }

    private PumpResult Use(OpenLane lane, ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        ref readonly var header = ref lane.Receiver.Header;
        switch (header.Kind)
        {
            case FrameKind.Descriptor:
                return UseDescriptor(payload, header.Operation);
            case FrameKind.Message:
                return UseMessage(header, payload, buffers);
            case FrameKind.Acknowledgement:
                var sent = lane.Sender.HasBody ? outbound.Made - 1 : outbound.Made;
                return Acknowledgement.TryRead(payload, out var acknowledgement) == FrameReadStatus.Ok
                    && outbound.TryAcknowledge(acknowledgement.Applied, sent)
                    ? PumpResult.Moved
                    : Refuse(OpenStatus.MalformedHeader);
            case FrameKind.Abort:
                return TakeAbort(lane, payload);
            default:
                PayloadUse.Apply(inbound.Cursor.Due, payload, operation, buffers);
                operation.ReachedStep(inbound.Cursor.Due.Step);
                inbound.CompleteData();
                return PumpResult.Moved;
        }
    }

    private PumpResult UseDescriptor(ReadOnlySpan<byte> payload, ulong operationOf)
    {
        if (Differs(payload, operationOf) is { } differs)
        {
            return Happened(differs);
        }

        if (!inbound.TakesDescriptor)
        {
            return Refuse(OpenStatus.MalformedHeader);
        }

        inbound.CompleteDescriptor();
        return PumpResult.Moved;
    }

    private PumpResult UseMessage(in FrameHeader header, ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        if (Differs(payload[..OperationDescriptor.Length], header.Operation) is { } differs)
        {
            return Happened(differs);
        }

        if (!inbound.TakesMessage(header))
        {
            return Refuse(OpenStatus.MalformedHeader);
        }

        if (IsReady)
        {
            ApplyMessage(payload, buffers);
        }
        else
        {
            inbound.KeepEarly(payload);
        }

        return PumpResult.Moved;
    }

    private void ApplyMessage(ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        PayloadUse.Apply(inbound.Cursor.Due, payload[OperationDescriptor.Length..], operation, buffers);
        operation.ReachedStep(inbound.Cursor.Due.Step);
        inbound.CompleteMessage(payload.Length);
    }

    /// <summary>
    /// Compares a peer's call with this rank's. Nothing more is due in earlier operations, so a call in one of them must differ from this
    /// rank's; if it does not, the frame is out of place.
    /// </summary>
    private LaneEvent? Differs(ReadOnlySpan<byte> descriptor, ulong operationOf)
    {
        var isReadable = OperationDescriptor.TryRead(descriptor, out var theirs) == FrameReadStatus.Ok;
        if (!isReadable || (operationOf != operation.Sequence && theirs == operation.CallAt(operationOf)))
        {
            return new LaneEvent.FrameRefused(OpenStatus.MalformedHeader);
        }

        return operationOf != operation.Sequence || theirs != operation.Schedule.DescriptorFrom(peer)
            ? new LaneEvent.CallDiffers(theirs, operationOf) : null;
    }

    private PumpResult TakeAbort(OpenLane lane, ReadOnlySpan<byte> payload)
    {
        // Refuse operation numbers beyond the signed range, which no communicator reaches: users see the number as signed.
        if (AbortMessage.TryRead(payload, out var abort) != FrameReadStatus.Ok || abort.Operation > long.MaxValue)
        {
            return Refuse(OpenStatus.MalformedHeader);
        }

        if (AwaitsPeer || lane.SendBroken || abort.Operation <= operation.Sequence)
        {
            return Happened(new LaneEvent.PeerAborted(abort));
        }

        // Keep the abort for later, because more frames may follow, even for earlier operations. It takes effect when this rank reaches
        // that operation, or before that if this rank lacks something from this peer.
        _abort = abort;
        return PumpResult.Moved;
    }

    /// <summary>Turns the end of a connection into an event if the operation still needs the connection.</summary>
    private PumpResult Stopped(OpenLane lane, LaneOutcome outcome)
    {
        if (outcome == LaneOutcome.Moved || (outcome == LaneOutcome.WouldBlock && !lane.SendBroken))
        {
            return PumpResult.Idle;
        }

        if (AwaitsPeer || lane.SendBroken)
        {
            return Happened(new LaneEvent.Ended(outcome, lane.Connection.Fault));
        }

        lane.End = outcome;
        return PumpResult.Idle;
    }

    private PumpResult Refuse(OpenStatus status) => Happened(new LaneEvent.FrameRefused(status));

    private PumpResult Happened(LaneEvent what)
    {
        Event = what;
        return PumpResult.Event;
    }
}
