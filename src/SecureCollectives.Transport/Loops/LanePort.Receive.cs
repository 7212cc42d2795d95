using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// The inbound way: header, check that it is exactly what is due, payload, tag, use. Nothing of a frame is used before its tag verified; a header that
/// is not due is refused before its payload is received, or left to wait where the peer is at a later operation.
/// </content>
internal sealed partial class LanePort
{
    /// <summary>After a payload of this size, sending gets its turn before the next is received.</summary>
    private const int LargePayload = 16 * 1024;

    /// <summary>As long as the longest payload of a control frame.</summary>
    private readonly byte[] _control = new byte[AbortNotice.Length];

    private int _receiveFlow = -1;
    private long _receiveCount;
    private long _nextReceive;
    private ReceiveTransfer _due;
    private bool _descriptorAwaited;
    private bool _isHolding;
    private bool _deaf;
    private LaneOutcome? _ended;
    private AbortNotice? _farewell;

    /// <summary>Whether what comes next may be applied as soon as it is there.</summary>
    private bool IsReady =>
        _nextReceive >= _receiveCount
        || (_nextSend > _due.AfterSend && (_due.AfterFlow < 0 || _run.IsApplied(_due.AfterFlow, _due.AfterPosition)));

    /// <summary>Whether a look at the lane could bring the operation on: each is a system call, and most would come back empty.</summary>
    private bool IsWorthReading =>
        _suspended || (AwaitsTransfers ? _receiver.HasHeader || IsReady : AwaitsAcknowledgement && (_lacksRoom || _nextSend >= _sendCount));

    /// <summary>Whether the receive flow's transfer at a position, which must be one of this lane's, was applied.</summary>
    public bool IsApplied(long position) => _nextReceive > position;

    /// <summary>
    /// Receives and applies what is there, up to one large chunk, so that sending gets its turn; one notice at most, and one frame while settling, so that a peer that never
    /// stops cannot keep this loop.
    /// </summary>
    /// <param name="buffers">The caller's memory.</param>
    /// <param name="listen">Whether to look also where nothing is awaited; before and after sleeping, to spare the system calls otherwise.</param>
    /// <returns>Whether bytes moved, or the operation failed.</returns>
    public bool PumpReceive(in OperationBuffers buffers, bool listen)
    {
        var moved = false;
        while (!_deaf && !_retired && (_run.IsSettling || (_run.Failure is null && (listen || _sendBroken || IsWorthReading))))
        {
            if (_earlyLength > 0 && IsReady)
            {
                UseEarly(buffers);
                return true;
            }

            if (UseFarewell())
            {
                return true;
            }

            if (HeardTheEnd())
            {
                return _deaf || moved;
            }

            if (!_receiver.HasHeader)
            {
                var outcome = _receiver.TryReadHeader(out var status);
                if (!_receiver.HasHeader)
                {
                    return Stopped(outcome) || moved;
                }

                moved = true;
                if (status != OpenStatus.Ok)
                {
                    Refuse(status);
                    return true;
                }
            }

            var place = PlaceOf(_receiver.Header);
            _isHolding = place == FramePlace.Later;
            if (_isHolding)
            {
                return moved;
            }

            if (place == FramePlace.None)
            {
                Refuse(OpenStatus.MalformedHeader);
                return true;
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
            if (header.Length >= LargePayload || header.Kind == FrameKind.Abort || _run.IsSettling)
            {
                return true;
            }
        }

        return moved;
    }

    private FramePlace PlaceOf(in FrameHeader header) => header.Kind switch
    {
        FrameKind.Abort => FramePlace.Now,
        FrameKind.Acknowledgement =>
            _sender.Acknowledged < _sender.Sent && header.Operation == 0 && header.Step == 0 && header.Chunk == 0 ? FramePlace.Now : FramePlace.None,
        FrameKind.Descriptor or FrameKind.Message => PlaceOfCall(header),
        _ when _suspended => FramePlace.None,
        _ when _descriptorAwaited || _nextReceive >= _receiveCount
            || header.Operation != _run.Operation.Sequence
            || header.Kind != _due.Kind || header.Phase != _due.Phase || header.Step != _due.Step || header.Chunk != _due.Chunk
            || header.Length != _due.Target.Length => FramePlace.None,
        _ => IsReady || _run.IsSettling ? FramePlace.Now : FramePlace.Later,
    };

    /// <summary>
    /// A call is compared with this rank's own before anything else of it is, so that one that differs is told from a frame that was altered.
    /// </summary>
    private FramePlace PlaceOfCall(in FrameHeader header)
    {
        if (header.Operation != _run.Operation.Sequence)
        {
            // What is left unread hides what the peer says behind it, but nothing that this operation needs: the peer has done its part of it. Whoever has not gives up,
            // dies or speaks on a lane where something is awaited, and such a lane is read; one that is merely slow waits for another, of which the same holds.
            return header.Operation > _run.Operation.Sequence && !AwaitsTransfers && !_suspended ? FramePlace.Later : FramePlace.None;
        }

        // Where nothing is received in this operation, a call can only be another than this rank's.
        if (_receiveFlow >= 0 && (!_descriptorAwaited || _earlyLength > 0))
        {
            return FramePlace.None;
        }

        if (header.Kind == FrameKind.Descriptor)
        {
            return header.Step == 0 && header.Chunk == 0 ? FramePlace.Now : FramePlace.None;
        }

        return header.Length > _options.LongestMessage ? FramePlace.None : FramePlace.Now;
    }

    /// <summary>The memory that the payload belongs to: the output for plain copies, else scratch.</summary>
    private Span<byte> Destination(in OperationBuffers buffers)
    {
        ref readonly var header = ref _receiver.Header;
        return header.Kind switch
        {
            FrameKind.Data when _due.Action == ReceiveAction.Copy => buffers.Target(_due.Target),
            FrameKind.Data or FrameKind.Message => _receiver.Staging(header.Length),
            _ => _control.AsSpan(0, header.Length),
        };
    }

    private void Use(in FrameHeader header, ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        switch (header.Kind)
        {
            case FrameKind.Descriptor:
                UseDescriptor(payload);
                return;
            case FrameKind.Message:
                UseMessage(header, payload, buffers);
                return;
            case FrameKind.Acknowledgement:
                if (Acknowledgement.TryRead(payload, out var acknowledgement) != FrameReadStatus.Ok || !_sender.TryAcknowledge(acknowledgement))
                {
                    Refuse(OpenStatus.MalformedHeader);
                }

                return;
            case FrameKind.Abort:
                UseNotice(payload);
                return;
            default:
                if (IsReady)
                {
                    Apply(payload, buffers);
                }
                else
                {
                    // Only while settling: the result is lost, but what the peer says behind this counts.
                    Advance();
                }

                _applied++;
                AcknowledgeIfComplete();
                return;
        }
    }

    private void UseDescriptor(ReadOnlySpan<byte> payload)
    {
        if (!IsSameCall(payload))
        {
            return;
        }

        if (_receiveFlow < 0 || _suspended || _run.Operation.Schedule.SentSpans == SentSpans.AreOverwritten)
        {
            Refuse(OpenStatus.MalformedHeader);
            return;
        }

        _descriptorAwaited = false;
        _applied++;
        AcknowledgeIfComplete();
    }

    private bool IsSameCall(ReadOnlySpan<byte> descriptor)
    {
        var mine = _run.Operation.Schedule.Descriptor;
        if (OperationDescriptor.TryRead(descriptor, out var theirs) != FrameReadStatus.Ok)
        {
            Refuse(OpenStatus.MalformedHeader);
            return false;
        }

        if (theirs != mine)
        {
            _run.Fail(AbortReason.CallMismatch, Peer, $"rank {Peer} called {theirs}, this rank called {mine}; all ranks must make the same calls in the same order");
            return false;
        }

        return true;
    }

    private void Apply(ReadOnlySpan<byte> payload, in OperationBuffers buffers)
    {
        if (!payload.IsEmpty)
        {
            var target = buffers.Target(_due.Target);
            if (_due.Action != ReceiveAction.Copy)
            {
                var final = _due.Action != ReceiveAction.Reduce;
                var reducer = _run.Operation.Reducer!;
                reducer.Reduce(buffers.Source(_due.Operand), payload, target, final ? _run.WorldSize : 0);
                if (_due.Action == ReceiveAction.ReduceAndFinishAlike)
                {
                    reducer.UnifyNaNs(target);
                }
            }
            else if (!payload.Overlaps(target))
            {
                // Sealed bytes were opened in scratch: the caller's memory sees nothing before the tag verified.
                payload.CopyTo(target);
            }
        }

        Advance();
    }

    private void Advance()
    {
        _run.ReachedStep(_due.Step);
        _nextReceive += _run.LanesPerLink;
        SkipEmptyReceives();
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
}
