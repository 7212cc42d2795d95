using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>The outbound way of a lane: what its direction has to send becomes frames, and frames become bytes of the connection.</summary>
/// <param name="peer">The rank at the other end.</param>
/// <param name="operation">The operation at hand.</param>
/// <param name="outbound">What to send.</param>
/// <param name="inbound">The other direction, whose acknowledgements leave here.</param>
internal sealed class SendPump(int peer, CurrentOperation operation, OutboundDirection outbound, InboundDirection inbound)
{
    /// <summary>Makes the frames that can be made and offers them to the connection once.</summary>
    /// <returns>Whether bytes moved.</returns>
    public bool Pump(OpenLane lane, in OperationBuffers buffers)
    {
        if (lane.SendBroken)
        {
            return false;
        }

        var sender = lane.Sender;
        while (sender.CanTakeFrame)
        {
            var frame = outbound.Next(operation.Applied, inbound);
            if (frame == OutboundFrame.None)
            {
                break;
            }

            Add(sender, frame, buffers);
            outbound.Complete(frame);
        }

        return sender.IsPending && lane.Sent(sender.Flush(outbound.Kept, buffers));
    }

    /// <summary>
    /// Sends what is pending and then the notice. Called again and again until it is through or the caller's patience ends.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="notice">Why this rank stops.</param>
    /// <param name="buffers">Where the rest of a half-sent frame may lie.</param>
    /// <param name="added">Whether the notice has joined the pending frames; starts false for each lane.</param>
    /// <returns>Whether all is sent, or nothing can be sent any more.</returns>
    public bool PumpAbort(OpenLane lane, in AbortMessage notice, in OperationBuffers buffers, ref bool added)
    {
        var sender = lane.Sender;
        while (!lane.SendBroken)
        {
            if (!added && sender.CanTakeAbort)
            {
                sender.AddAbort(notice);
                added = true;
            }

            if (!sender.IsPending)
            {
                // A lane that lends memory may lack room for the notice.
                return added;
            }

            if (!lane.Sent(sender.Flush(outbound.Kept, buffers)))
            {
                return lane.SendBroken;
            }
        }

        return true;
    }

    private void Add(LaneSender sender, OutboundFrame frame, in OperationBuffers buffers)
    {
        switch (frame)
        {
            case OutboundFrame.KeptMessage:
                sender.AddKept(outbound.Kept, outbound.Made);
                return;
            case OutboundFrame.Descriptor:
                sender.AddDescriptor(operation.Sequence, operation.Schedule.DescriptorTo(peer));
                return;
            case OutboundFrame.Acknowledgement:
                sender.AddAcknowledgement(new Acknowledgement(inbound.Tell()));
                return;
            case OutboundFrame.Message:
                Keep(outbound.Cursor.Next, buffers);
                sender.AddKept(outbound.Kept, outbound.Made);
                break;
            default:
                AddData(sender, outbound.Cursor.Next, buffers);
                break;
        }

        operation.ReachedStep(outbound.Cursor.Next.Step);
    }

    /// <summary>A message is the operation's descriptor and its data; it leaves from the copy that is kept of both.</summary>
    private void Keep(in SendTransfer message, in OperationBuffers buffers)
    {
        var length = OperationDescriptor.Length + message.Source.Length;
        var copy = outbound.Kept.Add(
            outbound.Made, new FrameHeader(message.Kind, message.Phase, length, 0, operation.Sequence, message.Step, message.Chunk));
        operation.Schedule.DescriptorTo(peer).Write(copy);
        if (message.Source.Length > 0)
        {
            buffers.Source(message.Source).CopyTo(copy[OperationDescriptor.Length..]);
        }
    }

    private void AddData(LaneSender sender, in SendTransfer transfer, in OperationBuffers buffers)
    {
        sender.AddData(operation.Sequence, transfer, buffers);
        if (transfer.KeptAt >= 0)
        {
            buffers.CopyWithin(new LocalCopy(transfer.Source.Offset, transfer.KeptAt, transfer.Source.Length));
        }
    }
}
