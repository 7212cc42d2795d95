using SecureCollectives.Framing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>The outbound way: descriptor, then acknowledgement, transfer or message as they become due, frame by frame into the sender.</content>
internal sealed partial class LanePort
{
    private int _sendFlow = -1;
    private long _sendCount;
    private long _nextSend;
    private SendTransfer _next;
    private bool _hasNextSend;
    private bool _descriptorDue;
    private bool _holdsBuffers;
    private bool _lacksRoom;
    private bool _sendBroken;

    /// <summary>Makes the frames that can be made and offers them to the lane once.</summary>
    /// <returns>Whether bytes moved.</returns>
    public bool PumpSend(in OperationBuffers buffers)
    {
        if (_sendBroken || _suspended)
        {
            return false;
        }

        while (_sender.CanTakeFrame && AddNextFrame(buffers))
        {
        }

        return _sender.IsPending && Flush(buffers);
    }

    /// <summary>Sends what is pending and then the notice. Called again and again until it is through or the caller's patience ends.</summary>
    /// <param name="notice">Why this rank stops.</param>
    /// <param name="buffers">Where the rest of a half-sent frame may lie.</param>
    /// <param name="added">Whether the notice has joined the pending frames; starts false for each port.</param>
    /// <returns>Whether all is sent, or nothing can be sent any more.</returns>
    public bool PumpAbort(in AbortNotice notice, in OperationBuffers buffers, ref bool added)
    {
        while (!_sendBroken)
        {
            if (!added && Speaker.CanTakeFrame)
            {
                Speaker.AddAbort(notice);
                added = true;
            }

            if (!Speaker.IsPending)
            {
                return true;
            }

            if (!Flush(buffers))
            {
                return _sendBroken;
            }
        }

        return true;
    }

    /// <summary>Tells the peer that nothing follows.</summary>
    public void EndSending() => (_successorSender is null ? _lane : _successor!).Lane.EndSending();

    private bool AddNextFrame(in OperationBuffers buffers)
    {
        var operation = _run.Operation;
        if (_descriptorDue)
        {
            _sender.AddDescriptor(operation.Sequence, operation.Schedule.Descriptor);
            _descriptorDue = false;
            return true;
        }

        if (_acknowledgementDue)
        {
            AddAcknowledgement();
            return true;
        }

        if (!_hasNextSend)
        {
            if (_nextSend >= _sendCount)
            {
                return false;
            }

            _next = operation.Schedule.GetSend(_sendFlow, _nextSend);
            _hasNextSend = true;
        }

        if (_next.AfterFlow >= 0 && !_run.IsApplied(_next.AfterFlow, _next.AfterPosition, _next.AfterCount))
        {
            return false;
        }

        if (_next.Kind == FrameKind.Message)
        {
            if (_untoldWeight >= _options.RetainedBytes / 4)
            {
                // Soon due: together with a message it costs no system call of its own.
                AddAcknowledgement();
                return true;
            }

            _lacksRoom = !_sender.HasRoomFor(_next);
            if (_lacksRoom)
            {
                return false;
            }

            _sender.AddMessage(operation.Sequence, operation.Schedule.Descriptor, _next, buffers);
        }
        else if (_next.Source.Length > 0)
        {
            _sender.AddTransfer(operation.Sequence, _next, buffers);
            if (_next.KeptAt >= 0)
            {
                buffers.CopyWithin(new LocalCopy(_next.Source.Offset, _next.KeptAt, _next.Source.Length));
            }
        }

        _run.ReachedStep(_next.Step);
        _hasNextSend = false;
        _nextSend += _run.LanesPerLink;
        return true;
    }

    private void AddAcknowledgement()
    {
        _sender.AddAcknowledgement(new Acknowledgement(_applied));
        _told = _applied;
        _untoldWeight = 0;
        _acknowledgementDue = false;
    }

    private bool Flush(in OperationBuffers buffers)
    {
        switch (Speaker.Flush(buffers))
        {
            case LaneOutcome.Moved:
                return true;
            case LaneOutcome.WouldBlock:
                return false;
            default:
                // Not yet a verdict: the peer may have said why it stops, and that lies in the receiving direction.
                _sendBroken = true;
                return false;
        }
    }
}
