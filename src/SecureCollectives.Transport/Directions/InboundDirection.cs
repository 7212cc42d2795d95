using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// The receiving direction of one lane as a state machine without I/O: which frame may come, how far it has come, and what the peer has to
/// be told of that. Per operation that uses it a direction carries either one descriptor and then the flow's transfers, or messages that
/// are both; and against them now and then an acknowledgement. Positions count as in <see cref="OutboundDirection"/>.
/// </summary>
/// <remarks>
/// A message can come before its step: then it is opened, compared and kept until it is due, so that whatever the peer says behind it, that
/// it gave up above all, is heard. There is never more than one: a peer goes on only after it has this rank's own message of the same step.
/// </remarks>
internal sealed class InboundDirection(int lane, int lanes, Retention retention)
{
    private ulong _told;
    private ulong _operation;
    private bool _takesPart;
    private bool _holdsBuffers;
    private bool _descriptorAwaited;
    private int _earlyLength;

    /// <summary>
    /// Room for the longest, from the first small operation on: whether and when a message comes early is chance, and operations that
    /// repeat allocate nothing.
    /// </summary>
    private byte[] _early = [];

    /// <summary>What the current operation still has to receive.</summary>
    public ReceiveCursor Cursor { get; } = new(lane, lanes);

    /// <summary>The position of the frame that comes next: so many were applied.</summary>
    public ulong Applied { get; private set; }

    /// <summary>What messages that the peer was not told of count towards what it keeps.</summary>
    public int UntoldWeight { get; private set; }

    public bool AcknowledgementDue { get; private set; }

    /// <summary>
    /// Whether the peer still has to bring its part of the operation; it cannot acknowledge ours before others bring it theirs.
    /// </summary>
    public bool AwaitsTransfers => _descriptorAwaited || !Cursor.IsDone;

    /// <summary>The step of the transfer that is due; 0 where none is.</summary>
    public uint AwaitedStep => Cursor.IsDone ? 0 : Cursor.Due.Step;

    /// <summary>Whether a message has come before its step.</summary>
    public bool HasEarly => _earlyLength > 0;

    /// <summary>Whether nothing is awaited and nothing owed.</summary>
    public bool IsDone => !AwaitsTransfers && !AcknowledgementDue;

    /// <summary>Whether the peer cannot end its operation before it hears of this one's end, and has not been told.</summary>
    /// <param name="isPending">Whether what was said last may not have left.</param>
    public bool OwesEnd(bool isPending) => _takesPart && _holdsBuffers && !AwaitsTransfers && (AcknowledgementDue || isPending);

    /// <summary>Takes up an operation.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="flow">The flow from the peer; -1 where there is none.</param>
    public void Begin(ulong sequence, Schedule schedule, int flow)
    {
        var holdsBuffers = schedule.SentSpans == SentSpans.StayUntilApplied;
        _operation = sequence;
        _takesPart = flow >= 0;
        _holdsBuffers = holdsBuffers;
        _descriptorAwaited = _takesPart;
        AcknowledgementDue = false;
        if (!holdsBuffers && _early.Length == 0)
        {
            _early = GC.AllocateUninitializedArray<byte>(retention.LongestMessage);
        }

        Cursor.Begin(schedule, flow);
    }

    /// <summary>Takes no part in the next operation.</summary>
    public void Rest(ulong sequence)
    {
        _operation = sequence;
        _takesPart = false;
        _descriptorAwaited = false;
        Cursor.Rest();
    }

    /// <summary>Says where a frame stands whose header has come.</summary>
    /// <param name="header">The header.</param>
    /// <param name="isReady">Whether what is due may be applied.</param>
    /// <param name="outbound">The lane's other direction, which acknowledgements speak of.</param>
    public FramePlace PlaceOf(in FrameHeader header, bool isReady, OutboundDirection outbound) => header.Kind switch
    {
        FrameKind.Abort => FramePlace.Now,
        FrameKind.Acknowledgement =>
            outbound.Acknowledged < outbound.Made && header.Operation == 0 && header.Step == 0 && header.Chunk == 0
                ? FramePlace.Now : FramePlace.None,
        FrameKind.Descriptor or FrameKind.Message => PlaceOfCall(header),
        _ when _descriptorAwaited || Cursor.IsDone || header.Operation != _operation || header.Length != Cursor.Due.Target.Length
            || !IsDue(header) => FramePlace.None,
        _ => isReady ? FramePlace.Now : FramePlace.Later,
    };

    /// <summary>Whether a descriptor that says the same call as this rank's may come.</summary>
    public bool TakesDescriptor => _takesPart && _holdsBuffers;

    /// <summary>Whether a message that says the same call as this rank's is the one that is due.</summary>
    public bool TakesMessage(in FrameHeader header) =>
        _takesPart && !Cursor.IsDone && IsDue(header) && header.Length == OperationDescriptor.Length + Cursor.Due.Target.Length;

    /// <summary>The descriptor has come.</summary>
    public void CompleteDescriptor()
    {
        _descriptorAwaited = false;
        Complete();
    }

    /// <summary>The data that was due was applied.</summary>
    public void CompleteData()
    {
        Cursor.Advance();
        Complete();
    }

    /// <summary>The message that was due was applied.</summary>
    public void CompleteMessage(int payloadLength)
    {
        _descriptorAwaited = false;
        Cursor.Advance();
        Applied++;
        UntoldWeight += RetainedMessages.WeightOf(payloadLength);
        AcknowledgementDue |= UntoldWeight >= retention.AcknowledgeFrom;
    }

    /// <summary>Keeps a message that has come before its step.</summary>
    public void KeepEarly(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_early);
        _earlyLength = payload.Length;
    }

    /// <summary>The message that was kept, now that it is due. Valid until the next one comes.</summary>
    public ReadOnlySpan<byte> TakeEarly()
    {
        var length = _earlyLength;
        _earlyLength = 0;
        return _early.AsSpan(0, length);
    }

    /// <summary>
    /// The peer is told of everything that was applied: by the acknowledgement that leaves now, or by the position that this rank reports
    /// for a new link.
    /// </summary>
    /// <returns>The position.</returns>
    public ulong Tell()
    {
        _told = Applied;
        UntoldWeight = 0;
        AcknowledgementDue = false;
        return Applied;
    }

    /// <summary>The link has ended: what has come over it and was not applied comes again over the next one.</summary>
    /// <returns>The position from which it comes.</returns>
    public ulong Stop()
    {
        _earlyLength = 0;
        return Tell();
    }

    /// <summary>
    /// A call is compared with this rank's own before anything else of it is, so that one that differs is told from a frame that was
    /// altered.
    /// </summary>
    private FramePlace PlaceOfCall(in FrameHeader header)
    {
        if (header.Operation > _operation)
        {
            // What is left unread hides what the peer says behind it, but nothing that this operation needs: the peer has done its part of
            // it, which was applied or is kept. Whoever has not gives up, dies or speaks on a lane where something is awaited, and such a
            // lane is read; one that is merely slow waits for another, of which the same holds.
            return !AwaitsTransfers || HasEarly ? FramePlace.Later : FramePlace.None;
        }

        // Where nothing is received in this operation, or it is an earlier one, a call can only be another than this rank's.
        if (header.Operation == _operation && _takesPart && (!_descriptorAwaited || HasEarly))
        {
            return FramePlace.None;
        }

        if (header.Kind == FrameKind.Descriptor)
        {
            return header.Step == 0 && header.Chunk == 0 ? FramePlace.Now : FramePlace.None;
        }

        return header.Length > retention.LongestMessage ? FramePlace.None : FramePlace.Now;
    }

    private bool IsDue(in FrameHeader header)
    {
        ref readonly var due = ref Cursor.Due;
        return header.Kind == due.Kind && header.Phase == due.Phase && header.Step == due.Step && header.Chunk == due.Chunk;
    }

    /// <summary>An operation that holds the caller's buffers waits for the acknowledgement; so its receiver owes one, at its end.</summary>
    private void Complete()
    {
        Applied++;
        AcknowledgementDue = _holdsBuffers && !AwaitsTransfers && _told < Applied;
    }
}
