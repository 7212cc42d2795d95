using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// The sending direction of one lane, as a state machine without I/O: which frame comes next, how many the peer has applied, what is
/// retained, and where a new link continues. Positions count data, descriptor and message frames since the communicator was opened, across
/// all links that the lane has had.
/// </summary>
/// <remarks>
/// A frame is made once per link. Frames that the peer has not applied when a link ends are made again on the next one: transfers from the
/// caller's buffers, which their operation still holds, and messages from retained copies.
/// </remarks>
internal sealed class OutboundDirection
{
    private readonly Retention _retention;

    /// <summary>The position of the first frame of the current operation.</summary>
    private ulong _begun;

    private bool _descriptorDue;
    private bool _holdsBuffers;

    public OutboundDirection(int lane, int lanes, Retention retention)
    {
        _retention = retention;
        Cursor = new SendCursor(lane, lanes);
        Kept = new RetainedMessages(retention.Bytes, retention.LongestMessage);
    }

    /// <summary>The transfers that the current operation still has to send.</summary>
    public SendCursor Cursor { get; }

    /// <summary>Copies of the messages that the peer has not acknowledged.</summary>
    public RetainedMessages Kept { get; }

    /// <summary>The position of the next frame; equals the number of frames made.</summary>
    public ulong Made { get; private set; }

    /// <summary>The number of frames that the peer is known to have applied.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Whether the next message must wait for an acknowledgement, because no further copy can be retained.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>Whether messages must be sent again, whichever operation they belong to.</summary>
    public bool HasBacklog => Made < Kept.End;

    /// <summary>Whether the operation cannot complete before the peer acknowledges.</summary>
    public bool AwaitsAcknowledgement => (_holdsBuffers && Acknowledged < Made) || LacksRoom;

    /// <summary>Whether every frame that the operation sends on this lane has been made.</summary>
    public bool IsDone => Cursor.IsDone && !_descriptorDue && !HasBacklog;

    /// <summary>Starts an operation.</summary>
    /// <param name="schedule">The schedule of the operation, kept until the next operation.</param>
    /// <param name="flow">The index of the flow to the peer; -1 for none.</param>
    public void Begin(Schedule schedule, int flow)
    {
        // Messages to resend come first; they are not part of this operation.
        _begun = Math.Max(Made, Kept.End);
        _holdsBuffers = flow >= 0 && schedule.SentSpans == SentSpans.StayUntilApplied;
        _descriptorDue = _holdsBuffers;
        LacksRoom = false;
        Cursor.Begin(schedule, flow);
    }

    /// <summary>Sits out an operation.</summary>
    public void Rest()
    {
        _holdsBuffers = false;
        _descriptorDue = false;
        LacksRoom = false;
        Cursor.Rest();
    }

    /// <summary>Returns the kind of frame to send now. After making it, the caller calls <see cref="Complete"/>.</summary>
    /// <param name="applied">The transfers that the operation has applied.</param>
    /// <param name="inbound">The other direction of the lane, whose acknowledgements travel in this one.</param>
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

    /// <summary>Records that the frame has been made.</summary>
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

    /// <summary>Records how many frames the peer has applied, and releases their copies.</summary>
    /// <param name="position">The number of frames that the peer claims to have applied.</param>
    /// <param name="sent">The number of frames sent completely; a frame whose payload is still pending does not count.</param>
    /// <returns>False if the position is impossible: it acknowledges nothing new, or more than was sent.</returns>
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

    /// <summary>Continues over a new link from the point that the peer reached on the old one.</summary>
    /// <param name="position">The number of frames that the peer claims to have applied.</param>
    /// <returns>
    /// False if the position is impossible: below the frames that the peer has acknowledged, which cannot be made again, or above those
    /// made so far.
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
