using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// The receiving direction of one lane, as a state machine without I/O: which frame may come next, how many have been applied, and what
/// must be acknowledged. In each operation that uses it, a direction carries either one descriptor followed by the transfers of the flow,
/// or messages that combine both. Occasional acknowledgements travel in the opposite direction. Positions are counted as in
/// <see cref="OutboundDirection"/>.
/// </summary>
/// <remarks>
/// A message can arrive before its step. It is then opened, compared with this rank's call and kept until it is due, so that frames behind
/// it, above all an abort, can still be read. At most one message can be early: a peer continues only after it has received this rank's
/// message for the same step.
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
    /// Holds the longest message. Allocated at the first small operation: whether a message arrives early is a matter of timing, and
    /// repeated operations must not allocate.
    /// </summary>
    private byte[] _early = [];

    /// <summary>The transfers that the current operation still has to receive.</summary>
    public ReceiveCursor Cursor { get; } = new(lane, lanes);

    /// <summary>The position of the next frame; equals the number of frames applied.</summary>
    public ulong Applied { get; private set; }

    /// <summary>
    /// The weight of the applied messages that have not been acknowledged. The peer counts the same weight against its retention limit.
    /// </summary>
    public int UntoldWeight { get; private set; }

    public bool AcknowledgementDue { get; private set; }

    /// <summary>
    /// Whether the peer still has to send its part of the operation. The peer cannot acknowledge this rank's part before it has received
    /// its own data from others.
    /// </summary>
    public bool AwaitsTransfers => _descriptorAwaited || !Cursor.IsDone;

    /// <summary>The step of the transfer that is due; 0 if none is.</summary>
    public uint AwaitedStep => Cursor.IsDone ? 0 : Cursor.Due.Step;

    /// <summary>Whether a message has arrived before its step.</summary>
    public bool HasEarly => _earlyLength > 0;

    /// <summary>Whether the operation awaits nothing more from the peer and owes it no acknowledgement.</summary>
    public bool IsDone => !AwaitsTransfers && !AcknowledgementDue;

    /// <summary>Whether the peer's operation cannot complete without an acknowledgement that has not been sent.</summary>
    /// <param name="isPending">Whether the last frame made may still be unsent.</param>
    public bool OwesEnd(bool isPending) => _takesPart && _holdsBuffers && !AwaitsTransfers && (AcknowledgementDue || isPending);

    /// <summary>Starts an operation.</summary>
    /// <param name="sequence">The number of the operation, as counted by this loop.</param>
    /// <param name="schedule">The schedule of the operation, kept until the next operation.</param>
    /// <param name="flow">The index of the flow from the peer; -1 for none.</param>
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

    /// <summary>Sits out an operation.</summary>
    public void Rest(ulong sequence)
    {
        _operation = sequence;
        _takesPart = false;
        _descriptorAwaited = false;
        Cursor.Rest();
    }

    /// <summary>Decides what to do with a frame whose header has arrived.</summary>
    /// <param name="header">The header of the frame, which is not authenticated yet.</param>
    /// <param name="isReady">Whether the transfer that is due may be applied.</param>
    /// <param name="outbound">The other direction of the lane, to which acknowledgements refer.</param>
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

    /// <summary>Whether a descriptor that matches this rank's call may come now.</summary>
    public bool TakesDescriptor => _takesPart && _holdsBuffers;

    /// <summary>Whether a message that matches this rank's call is the one that is due.</summary>
    public bool TakesMessage(in FrameHeader header) =>
        _takesPart && !Cursor.IsDone && IsDue(header) && header.Length == OperationDescriptor.Length + Cursor.Due.Target.Length;

    /// <summary>Records that the descriptor has arrived.</summary>
    public void CompleteDescriptor()
    {
        _descriptorAwaited = false;
        Complete();
    }

    /// <summary>Records that the data that was due has been applied.</summary>
    public void CompleteData()
    {
        Cursor.Advance();
        Complete();
    }

    /// <summary>Records that the message that was due has been applied.</summary>
    public void CompleteMessage(int payloadLength)
    {
        _descriptorAwaited = false;
        Cursor.Advance();
        Applied++;
        UntoldWeight += RetainedMessages.WeightOf(payloadLength);
        AcknowledgementDue |= UntoldWeight >= retention.AcknowledgeFrom;
    }

    /// <summary>Keeps a message that has arrived before its step.</summary>
    public void KeepEarly(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_early);
        _earlyLength = payload.Length;
    }

    /// <summary>Returns the early message, now that it is due. Valid until the next message is kept.</summary>
    public ReadOnlySpan<byte> TakeEarly()
    {
        var length = _earlyLength;
        _earlyLength = 0;
        return _early.AsSpan(0, length);
    }

    /// <summary>
    /// Records that the peer is about to learn of everything applied so far, from the acknowledgement being sent or from the position that
    /// this rank reports for a new link.
    /// </summary>
    /// <returns>The number of frames applied.</returns>
    public ulong Tell()
    {
        _told = Applied;
        UntoldWeight = 0;
        AcknowledgementDue = false;
        return Applied;
    }

    /// <summary>Ends the link: frames that arrived over it but were not applied will arrive again over the next one.</summary>
    /// <returns>The position from which the next link continues.</returns>
    public ulong Stop()
    {
        _earlyLength = 0;
        return Tell();
    }

    /// <summary>
    /// Compares the call before checking anything else in the frame, so that a different call is not mistaken for an altered frame.
    /// </summary>
    private FramePlace PlaceOfCall(in FrameHeader header)
    {
        if (header.Operation > _operation)
        {
            // Leaving this frame unread hides whatever the peer sent behind it, but nothing that the current operation needs: the peer has
            // completed its part, which has been applied or kept. A peer that has not completed its part either aborts, dies or sends on an
            // awaited lane, and awaited lanes are read. A peer that is merely slow waits for another one, to which the same applies.
            return !AwaitsTransfers || HasEarly ? FramePlace.Later : FramePlace.None;
        }

        // In an operation that receives nothing from this peer, or in an earlier one, a call can only differ from this rank's.
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

    /// <summary>
    /// Counts a frame. An operation that holds the caller's buffers waits for an acknowledgement, so its receiver owes one when it has
    /// received everything.
    /// </summary>
    private void Complete()
    {
        Applied++;
        AcknowledgementDue = _holdsBuffers && !AwaitsTransfers && _told < Applied;
    }
}
