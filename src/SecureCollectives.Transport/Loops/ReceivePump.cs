using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The inbound way of a lane: header, check that it is exactly what is due, payload, tag, use. Nothing of a frame is used before its tag
/// verified; a header that is not due is refused before its payload is received, or left to wait where the peer is at a later operation.
/// </summary>
/// <param name="peer">The rank at the other end.</param>
/// <param name="operation">The operation at hand.</param>
/// <param name="inbound">What is due.</param>
/// <param name="outbound">The other direction, which acknowledgements speak of.</param>
internal sealed class ReceivePump(int peer, CurrentOperation operation, InboundDirection inbound, OutboundDirection outbound)
{
    /// <summary>After a payload of this size, sending gets its turn before the next is received.</summary>
    private const int LargePayload = 16 * 1024;

    /// <summary>As long as the longest payload of a control frame.</summary>
    private readonly byte[] _control = new byte[OperationDescriptor.Length];

    /// <summary>That the peer gave up at a later operation: it has brought all of its part of this one, which may well succeed.</summary>
    private AbortMessage? _abort;

    /// <summary>Whether the frame that comes next has come already and must wait for its operation, or for data on another lane.</summary>
    public bool IsHolding { get; private set; }

    /// <summary>What the loop has to judge, after <see cref="PumpResult.Event"/>.</summary>
    public LaneEvent? Event { get; private set; }

    /// <summary>Whether what comes next may be applied as soon as it is there.</summary>
    private bool IsReady => inbound.Cursor.IsReady(outbound.Cursor, operation.Applied);

    private bool AwaitsPeer => inbound.AwaitsTransfers || outbound.AwaitsAcknowledgement;

    /// <summary>An operation begins.</summary>
    public void Begin() => IsHolding = false;

    /// <summary>The lane is another from now on.</summary>
    public void Reset()
    {
        IsHolding = false;
        Event = null;
    }

    /// <summary>
    /// Receives and applies what is there, up to one large chunk, so that sending gets its turn, and one notice at most, so that a peer
    /// that never stops cannot keep this loop.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="buffers">The caller's memory.</param>
    /// <param name="listen">Whether to look also where nothing is awaited; before and after sleeping, to spare the system calls
    /// otherwise.</param>
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

            if (_abort is { } notice && (AwaitsPeer || lane.SendBroken || notice.Operation <= operation.Sequence))
            {
                _abort = null;
                return Happened(new LaneEvent.PeerAborted(notice));
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

    /// <summary>Whether a look at the lane could bring the operation on: each is a system call, and most would come back empty.</summary>
    private bool IsWorthReading(OpenLane lane) => inbound.AwaitsTransfers
        ? lane.Receiver.HasHeader || IsReady
        : outbound.AwaitsAcknowledgement && (outbound.LacksRoom || outbound.Cursor.IsDone);

    /// <summary>Whether the frame that was used just now is one that ends a turn.</summary>
    private static bool EndsTheTurn(in FrameHeader used) => used.Length >= LargePayload || used.Kind == FrameKind.Abort;

    /// <summary>Takes in what is there of one frame, and uses it when it is complete.</summary>
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

    /// <summary>The memory that the payload belongs to: the output for plain copies, else scratch.</summary>
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
    /// A call of an earlier operation, of which nothing is due any more, is one that this rank did not make; if it did, the frame is a
    /// stray.
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
        // A number that no communicator reaches is refused here: users get it as a signed one.
        if (AbortMessage.TryRead(payload, out var notice) != FrameReadStatus.Ok || notice.Operation > long.MaxValue)
        {
            return Refuse(OpenStatus.MalformedHeader);
        }

        if (AwaitsPeer || lane.SendBroken || notice.Operation <= operation.Sequence)
        {
            return Happened(new LaneEvent.PeerAborted(notice));
        }

        // The peer may say more, of earlier operations too; taken up when something of its is missing here, or at that operation.
        _abort = notice;
        return PumpResult.Moved;
    }

    /// <summary>Turns the end of a connection into an event, where the operation still needs it.</summary>
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
