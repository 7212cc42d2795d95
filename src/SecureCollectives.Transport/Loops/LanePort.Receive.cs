using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// The inbound way: header, check that it is exactly what is due, payload, tag, use. Nothing of a frame is used before its tag verified; a header that
/// is not due is refused before its payload is received.
/// </content>
internal sealed partial class LanePort
{
    private const int MaxDiscardedReads = 64;

    /// <summary>After a payload of this size, sending gets its turn before the next is received.</summary>
    private const int LargePayload = 16 * 1024;

    /// <summary>As long as the longest payload of a control frame.</summary>
    private readonly byte[] _control = new byte[AbortNotice.Length];

    private int _receiveFlow = -1;
    private long _receiveCount;
    private long _nextReceive;
    private ReceiveTransfer _due;
    private ulong _applied;
    private bool _descriptorAwaited;
    private bool _acknowledgementAwaited;
    private bool _deaf;

    /// <summary>Whether the receive flow's transfer at a position, which must be one of this lane's, was applied.</summary>
    public bool IsApplied(long position) => _nextReceive > position;

    /// <summary>
    /// Receives and applies what is there, up to one large chunk, so that sending gets its turn; one frame while settling, so that a peer that never stops
    /// cannot keep this loop.
    /// </summary>
    /// <returns>Whether bytes moved, or the operation failed.</returns>
    public bool PumpReceive(in OperationBuffers buffers)
    {
        var moved = false;
        while (!_deaf && !_retired && (_run.IsSettling || (_run.Failure is null && (WantsToReceive || _sendBroken))))
        {
            if (!_receiver.HasHeader)
            {
                var outcome = _receiver.TryReadHeader(out var status);
                if (!_receiver.HasHeader)
                {
                    return Stopped(outcome) || moved;
                }

                moved = true;
                if (status != OpenStatus.Ok || !IsDue(_receiver.Header))
                {
                    Refuse(status);
                    return true;
                }
            }

            var destination = Destination(buffers);
            var received = _receiver.TryReceivePayload(destination, out var complete);
            if (!complete)
            {
                return Stopped(received) || moved || received == LaneOutcome.Moved;
            }

            moved = true;
            var header = _receiver.Header;
            var opened = _receiver.Open(destination, out var payload);
            if (opened != OpenStatus.Ok)
            {
                Refuse(opened);
                return true;
            }

            Use(header, payload, buffers);
            if (header.Length >= LargePayload || _run.IsSettling)
            {
                return true;
            }
        }

        return moved;
    }

    /// <summary>Whether <see cref="Discard"/> saw the peer's end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>
    /// Throws away what the peer still sends: closing a TCP connection with unread bytes would reset it, and the notice could be lost with it.
    /// </summary>
    /// <returns>Whether the peer has ended too.</returns>
    public bool Discard()
    {
        // Bounded: a peer that never stops sending must not keep this loop.
        for (var reads = 0; !HasEnded && reads < MaxDiscardedReads; reads++)
        {
            switch (_lane.TryReceive(_receiver.Staging, out _))
            {
                case LaneOutcome.Moved:
                    continue;
                case LaneOutcome.WouldBlock:
                    return false;
                default:
                    HasEnded = true;
                    break;
            }
        }

        return HasEnded;
    }

    private bool IsDue(in FrameHeader header) => header.Kind switch
    {
        FrameKind.Abort => true,
        _ when _suspended => false,
        FrameKind.Descriptor => _descriptorAwaited && header.Operation == _run.Operation.Sequence && header.Step == 0 && header.Chunk == 0,
        FrameKind.Acknowledgement =>
            _acknowledgementAwaited && header.Operation == _run.Operation.Sequence && header.Step == 0 && header.Chunk == 0,
        _ => !_descriptorAwaited && _nextReceive < _receiveCount
            && header.Operation == _run.Operation.Sequence
            && header.Kind == _due.Kind && header.Phase == _due.Phase && header.Step == _due.Step && header.Chunk == _due.Chunk
            && header.Length == _due.Target.Length,
    };

    /// <summary>The memory that the payload belongs to: the output for plain copies, else scratch.</summary>
    private Span<byte> Destination(in OperationBuffers buffers)
    {
        var length = _receiver.Header.Length;
        if (_receiver.Header.Kind != FrameKind.Data)
        {
            return _control.AsSpan(0, length);
        }

        return _due.Action == ReceiveAction.Copy ? buffers.Target(_due.Target) : _receiver.Staging[..length];
    }

    private void Use(in FrameHeader header, ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        switch (header.Kind)
        {
            case FrameKind.Descriptor:
                Compare(payload);
                return;
            case FrameKind.Acknowledgement:
                if (Acknowledgement.TryRead(payload, out var acknowledgement) != FrameReadStatus.Ok || acknowledgement.Applied != _sent)
                {
                    Refuse(OpenStatus.MalformedHeader);
                    return;
                }

                _acknowledgementAwaited = false;
                return;
            case FrameKind.Abort:
                // A number that no communicator reaches is refused here: users get it as a signed one.
                if (AbortNotice.TryRead(payload, out var notice) != FrameReadStatus.Ok || notice.Operation > long.MaxValue)
                {
                    Refuse(OpenStatus.MalformedHeader);
                    return;
                }

                _run.FailByNotice(notice, Peer);
                return;
            default:
                Apply(payload, buffers);
                return;
        }
    }

    private void Compare(ReadOnlySpan<byte> payload)
    {
        var mine = _run.Operation.Schedule.Descriptor;
        if (OperationDescriptor.TryRead(payload, out var theirs) != FrameReadStatus.Ok)
        {
            Refuse(OpenStatus.MalformedHeader);
        }
        else if (theirs != mine)
        {
            _run.Fail(AbortReason.CallMismatch, Peer, $"rank {Peer} called {theirs}, this rank called {mine}; all ranks must make the same calls in the same order");
        }
        else
        {
            _descriptorAwaited = false;
            AcknowledgeIfComplete();
        }
    }

    private void Apply(ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        if (!payload.IsEmpty)
        {
            var target = buffers.Target(_due.Target);
            if (_due.Action != ReceiveAction.Copy)
            {
                var final = _due.Action == ReceiveAction.ReduceAndFinish;
                _run.Operation.Reducer!.Reduce(buffers.Source(_due.Operand), payload, target, final ? _run.WorldSize : 0);
            }
            else if (!payload.Overlaps(target))
            {
                // Sealed bytes were opened in scratch: the caller's memory sees nothing before the tag verified.
                payload.CopyTo(target);
            }
        }

        _run.ReachedStep(_due.Step);
        _applied++;
        _nextReceive += _run.LanesPerLink;
        SkipEmptyReceives();
        AcknowledgeIfComplete();
    }

    /// <summary>Moves to the next transfer that is sent at all; empty chunks of short shards are known to both sides and stay away.</summary>
    private void SkipEmptyReceives()
    {
        for (; _nextReceive < _receiveCount; _nextReceive += _run.LanesPerLink)
        {
            _due = _run.Operation.Schedule.GetReceive(_receiveFlow, _nextReceive);
            if (_due.Target.Length > 0 || _due.Kind != FrameKind.Data)
            {
                return;
            }
        }
    }

    private void AcknowledgeIfComplete() => _acknowledgementDue = !_descriptorAwaited && _receiveFlow >= 0 && _nextReceive >= _receiveCount;

    /// <summary>Turns the end of a connection into the operation's failure.</summary>
    private bool Stopped(LaneOutcome outcome)
    {
        if (outcome == LaneOutcome.Moved || (outcome == LaneOutcome.WouldBlock && !_sendBroken))
        {
            return false;
        }

        if (_suspended && outcome == LaneOutcome.Ended)
        {
            _retired = true;
            return false;
        }

        _deaf = true;
        if (outcome == LaneOutcome.Altered)
        {
            _run.Fail(AbortReason.AuthenticationFailed, Peer, $"bytes from rank {Peer} were altered on the way: TLS refused them");
            return true;
        }

        _run.Fail(AbortReason.PeerLost, Peer, outcome == LaneOutcome.Ended
            ? $"rank {Peer} closed its connection in the middle of the operation; its process has probably ended"
            : $"the connection to rank {Peer} broke; its process or the network between has probably failed");
        return true;
    }

    private void Refuse(OpenStatus status)
    {
        _deaf = true;
        _run.Fail(AbortReason.AuthenticationFailed, Peer, status switch
        {
            OpenStatus.AuthenticationFailed => $"a frame from rank {Peer} failed authentication: it was altered on the way",
            OpenStatus.WrongCounter => $"a frame from rank {Peer} was out of its place: replayed, reordered, dropped or from another lane",
            _ => $"a frame from rank {Peer} was not the one due: it was altered on the way, or the peer runs another version",
        });
    }
}
