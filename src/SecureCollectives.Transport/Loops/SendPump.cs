using SecureCollectives.Framing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The outbound path of a lane: makes frames from whatever the direction has to send, and sends them over the connection.
/// </summary>
/// <param name="peer">The peer's rank in the job.</param>
/// <param name="operation">The current operation of the loop, which all its lanes share.</param>
/// <param name="outbound">The outbound direction, which knows what to send.</param>
/// <param name="inbound">The inbound direction, whose acknowledgements are sent here.</param>
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
    /// Sends all pending frames and then the abort. The caller repeats the call until it returns true or the time limit expires.
    /// </summary>
    /// <param name="lane">The lane's current connection.</param>
    /// <param name="abort">The abort, which says why this rank stops.</param>
    /// <param name="buffers">The caller's memory, which may hold the rest of a half-sent frame.</param>
    /// <param name="added">Whether the abort has joined the pending frames; initially false for each lane.</param>
    /// <returns>True if everything has been sent, or nothing more can be.</returns>
    public bool PumpAbort(OpenLane lane, in AbortMessage abort, in OperationBuffers buffers, ref bool added)
    {
        var sender = lane.Sender;
        while (!lane.SendBroken)
        {
            if (!added && sender.CanTakeAbort)
            {
                sender.AddAbort(abort);
                added = true;
            }

            if (!sender.IsPending)
            {
                // A lane that lends memory may lack room for the abort.
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

    /// <summary>
    /// Retains a copy of a message, which is the descriptor of the operation and its data; the message is sent from that copy.
    /// </summary>
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
