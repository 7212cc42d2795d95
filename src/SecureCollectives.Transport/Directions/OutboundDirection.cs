using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// The sending direction of one lane as a state machine without I/O: which frame is next, how far the peer has come, what is kept, and
/// where a new link goes on. Positions count data, descriptor and message frames from the communicator's opening on, over all links that
/// the lane has had.
/// </summary>
/// <remarks>
/// A frame is made once on a link. What the peer has not applied when the link ends is made again on the next one: transfers of an
/// operation that holds the caller's buffers from these, messages from the copies that are kept of them.
/// </remarks>
internal sealed class OutboundDirection
{
    private readonly Retention _retention;

    /// <summary>The position of the current operation's first frame.</summary>
    private ulong _begun;

    private bool _descriptorDue;
    private bool _holdsBuffers;

    public OutboundDirection(int lane, int lanes, Retention retention)
    {
        _retention = retention;
        Cursor = new SendCursor(lane, lanes);
        Kept = new RetainedMessages(retention.Bytes, retention.LongestMessage);
    }

    /// <summary>What the current operation still has to send.</summary>
    public SendCursor Cursor { get; }

    /// <summary>Messages that the peer has not acknowledged.</summary>
    public RetainedMessages Kept { get; }

    /// <summary>The position of the next frame: so many were made.</summary>
    public ulong Made { get; private set; }

    /// <summary>So many the peer has applied, as far as it has said.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Whether the next message waits for the peer, since no more copies can be kept.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>Whether messages have to be sent once more, in whichever operation.</summary>
    public bool HasBacklog => Made < Kept.End;

    /// <summary>Whether the operation cannot end before the peer acknowledges.</summary>
    public bool AwaitsAcknowledgement => (_holdsBuffers && Acknowledged < Made) || LacksRoom;

    /// <summary>Whether everything was made that the operation has to send on this lane.</summary>
    public bool IsDone => Cursor.IsDone && !_descriptorDue && !HasBacklog;

    /// <summary>Takes up an operation.</summary>
    /// <param name="schedule">The operation's.</param>
    /// <param name="flow">The flow to the peer; -1 where there is none.</param>
    public void Begin(Schedule schedule, int flow)
    {
        // Messages that are still to be sent again come first; they are no part of the operation.
        _begun = Math.Max(Made, Kept.End);
        _holdsBuffers = flow >= 0 && schedule.SentSpans == SentSpans.StayUntilApplied;
        _descriptorDue = _holdsBuffers;
        LacksRoom = false;
        Cursor.Begin(schedule, flow);
    }

    /// <summary>Takes no part in the next operation.</summary>
    public void Rest()
    {
        _holdsBuffers = false;
        _descriptorDue = false;
        LacksRoom = false;
        Cursor.Rest();
    }

    /// <summary>Says what to send now. Whoever sends it says so, with <see cref="Complete"/>.</summary>
    /// <param name="applied">What the operation has applied.</param>
    /// <param name="inbound">The lane's other direction, whose acknowledgements leave by this one.</param>
    public OutboundFrame Next(AppliedPositions applied, InboundDirection inbound)
    {
        if (HasBacklog)
        {
            return OutboundFrame.KeptMessage;
        }

        if (_descriptorDue)
        {
            return OutboundFrame.Descriptor;
        }

        if (inbound.AcknowledgementDue)
        {
            return OutboundFrame.Acknowledgement;
        }

        if (Cursor.IsDone || !applied.Allow(Cursor.Next))
        {
            return OutboundFrame.None;
        }

        if (Cursor.Next.Kind != FrameKind.Message)
        {
            return OutboundFrame.Data;
        }

        if (inbound.UntoldWeight >= _retention.AcknowledgeWithAMessageFrom)
        {
            return OutboundFrame.Acknowledgement;
        }

        LacksRoom = !Kept.HasRoom(OperationDescriptor.Length + Cursor.Next.Source.Length);
        return LacksRoom ? OutboundFrame.None : OutboundFrame.Message;
    }

    /// <summary>The frame was made.</summary>
    public void Complete(OutboundFrame frame)
    {
        switch (frame)
        {
            case OutboundFrame.KeptMessage:
                Made++;
                break;
            case OutboundFrame.Descriptor:
                Made++;
                _descriptorDue = false;
                break;
            case OutboundFrame.Data or OutboundFrame.Message:
                Made++;
                Cursor.Advance();
                break;
        }
    }

    /// <summary>Takes note of what the peer has applied, and lets go of the copies.</summary>
    /// <param name="position">The peer's word.</param>
    /// <param name="sent">So many frames have left; one whose payload is still here has not.</param>
    /// <returns>False for a position that cannot be: nothing new, or more than was sent.</returns>
    public bool TryAcknowledge(ulong position, ulong sent)
    {
        if (position <= Acknowledged || position > sent)
        {
            return false;
        }

        Acknowledged = position;
        Kept.Release(position);
        return true;
    }

    /// <summary>Goes on over a new link from where the peer stopped on the old one.</summary>
    /// <param name="position">What the peer has applied, by its word.</param>
    /// <returns>
    /// False for a position that cannot be: before what it has acknowledged, which cannot be made again, or beyond what was made.
    /// </returns>
    public bool TryResume(ulong position)
    {
        if (position < Acknowledged || position > Made)
        {
            return false;
        }

        Acknowledged = position;
        Kept.Release(position);
        if (_holdsBuffers && Made > _begun)
        {
            var ofOperation = position > _begun ? position - _begun : 0;
            _descriptorDue = ofOperation == 0;
            Cursor.Rewind(_descriptorDue ? 0 : ofOperation - 1);
        }

        Made = position;
        LacksRoom = false;
        return true;
    }
}
