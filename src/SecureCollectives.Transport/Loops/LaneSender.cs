using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The sending half of a lane: makes frames and keeps what the lane did not take yet. Small frames gather in the outbox and leave with one
/// system call; a large frame's header joins them there and its payload follows as the body, from staging, from the caller's memory or from
/// the kept copy. Where the lane lends memory and the sealer may write there, each frame is sealed into it instead.
/// </summary>
internal sealed class LaneSender(Lane lane, FrameSealer sealer, LoopOptions options)
{
    /// <summary>
    /// Payloads up to this size are copied into the outbox: below it, the copy is cheaper than a second part of the send.
    /// </summary>
    private const int SmallPayload = 1024;

    /// <summary>Room for some small frames; when it is full they wait for the next flush.</summary>
    private const int OutboxLength = 8192;

    private readonly byte[] _outbox = new byte[OutboxLength];
    private readonly byte[] _control = new byte[OperationDescriptor.Length];

    /// <summary>The longest of the small frames.</summary>
    private readonly int _smallFrame = FrameFormat.HeaderLength + SmallPayload + sealer.TagLength;

    /// <summary>The longest of all frames.</summary>
    private readonly int _longestFrame = LongestFrame(sealer, options);

    /// <summary>The lane, where it lends memory for every frame and the sealer may write there: then no frame is ever kept here.</summary>
    private readonly LendingLane? _lending =
        lane is LendingLane lending && sealer.IsSinglePass && LongestFrame(sealer, options) <= lending.LongestLoan ? lending : null;

    /// <summary>What has come of lending since the last flush; <see cref="LaneOutcome.WouldBlock"/> for nothing.</summary>
    private LaneOutcome _lent = LaneOutcome.WouldBlock;

    private byte[] _staging = [];
    private int _outboxStart;
    private int _outboxEnd;
    private Region _source;
    private ulong _kept;
    private BodyPlace _bodyPlace;
    private int _bodyStart;
    private int _bodyEnd;

    /// <summary>Where the rest of a large frame lies.</summary>
    private enum BodyPlace : byte
    {
        Staging,
        Caller,
        Kept,
    }

    /// <summary>Bytes of data, descriptor and message frames: those that the peer acknowledges.</summary>
    public long FrameBytes { get; private set; }

    /// <summary>Bytes of all frames made so far: headers, payloads and tags.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the payload of the frame that was made last is still here.</summary>
    public bool HasBody => _bodyStart < _bodyEnd;

    /// <summary>Whether bytes of finished frames still wait for the lane.</summary>
    public bool IsPending => _outboxStart < _outboxEnd || HasBody || _lent != LaneOutcome.WouldBlock;

    /// <summary>Whether the lane lent no room when it was last asked: there may be a frame to make as soon as it does.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>Whether another frame can be made now.</summary>
    public bool CanTakeFrame =>
        _lending is null ? !HasBody && _outbox.Length - _outboxEnd >= _smallFrame : CanLend(_lending, _longestFrame);

    /// <summary>Whether a notice can be made now.</summary>
    public bool CanTakeAbort =>
        _lending is null ? CanTakeFrame : CanLend(_lending, FrameFormat.HeaderLength + AbortMessage.Length + sealer.TagLength);

    public void AddDescriptor(ulong operation, in OperationDescriptor descriptor)
    {
        descriptor.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Descriptor, FramePhase.None, OperationDescriptor.Length, 0, operation, 0, 0), _control);
    }

    /// <summary>Belongs to no operation: it speaks of the lane.</summary>
    public void AddAcknowledgement(Acknowledgement acknowledgement)
    {
        acknowledgement.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Acknowledgement, FramePhase.None, Acknowledgement.Length, 0, 0, 0, 0), _control);
    }

    public void AddAbort(in AbortMessage notice)
    {
        notice.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Abort, FramePhase.None, AbortMessage.Length, 0, notice.Operation, notice.Step, 0), _control);
    }

    public void AddData(ulong operation, in SendTransfer transfer, in OperationBuffers buffers)
    {
        _source = transfer.Source;
        Add(new FrameHeader(transfer.Kind, transfer.Phase, transfer.Source.Length, 0, operation, transfer.Step,
            transfer.Chunk), buffers.Source(transfer.Source), BodyPlace.Caller);
    }

    /// <summary>Sends a message from the copy that is kept of it.</summary>
    public void AddKept(RetainedMessages kept, ulong position)
    {
        var payload = kept.Get(position, out var header);
        _kept = position;
        Add(header, payload, BodyPlace.Kept);
    }

    /// <summary>Offers the lane everything that is pending, once.</summary>
    public LaneOutcome Flush(RetainedMessages kept, in OperationBuffers buffers)
    {
        if (_lending is not null)
        {
            var lent = _lent;
            _lent = LaneOutcome.WouldBlock;
            return lent;
        }

        ReadOnlySpan<byte> body = default;
        if (HasBody)
        {
            body = _bodyPlace switch
            {
                BodyPlace.Staging => _staging,
                BodyPlace.Kept => kept.Get(_kept, out _),
                _ => buffers.Source(_source),
            };
            body = body[_bodyStart.._bodyEnd];
        }

        var outcome = lane.TrySend(_outbox.AsSpan(_outboxStart.._outboxEnd), body, out var sent);
        var fromOutbox = Math.Min(sent, _outboxEnd - _outboxStart);
        _outboxStart += fromOutbox;
        _bodyStart += sent - fromOutbox;
        if (_outboxStart == _outboxEnd)
        {
            _outboxStart = 0;
            _outboxEnd = 0;
        }

        return outcome;
    }

    /// <summary>Whether the lane lends room for a frame.</summary>
    private bool CanLend(LendingLane lending, int length)
    {
        var outcome = lending.TryReserve(length, out _);
        if (outcome is not (LaneOutcome.Moved or LaneOutcome.WouldBlock))
        {
            _lent = outcome;
        }

        LacksRoom = outcome == LaneOutcome.WouldBlock;
        return outcome == LaneOutcome.Moved;
    }

    /// <summary>Seals a frame where it lies until the peer has it.</summary>
    private void AddLent(LendingLane lending, in FrameHeader header, ReadOnlySpan<byte> source)
    {
        var length = FrameFormat.HeaderLength + source.Length + sealer.TagLength;
        if (lending.TryReserve(length, out var room) is not LaneOutcome.Moved and var outcome)
        {
            // There was room just now, and only the peer could end that: the frame is lost with the connection, as if it had been sent.
            _lent = outcome == LaneOutcome.WouldBlock ? LaneOutcome.Broken : outcome;
            return;
        }

        // The header is read again to seal it: not from memory that the peer reaches.
        var place = room[FrameFormat.HeaderLength..];
        var body = sealer.Seal(header, source, _outbox, place);
        if (!sealer.UsesStaging)
        {
            body.CopyTo(place);
        }

        _outbox.AsSpan(0, FrameFormat.HeaderLength).CopyTo(room);
        lending.Commit(length);
        _lent = LaneOutcome.Moved;
        Count(header.Kind, length);
    }

    private void Add(in FrameHeader header, ReadOnlySpan<byte> source, BodyPlace place)
    {
        if (source.Length <= SmallPayload || _lending is not null)
        {
            AddSmall(header, source);
            return;
        }

        Debug.Assert(CanTakeFrame, "The caller checks CanTakeFrame before each frame.");
        if (sealer.UsesStaging && _staging.Length < source.Length + sealer.TagLength)
        {
            // The first frame of its size: lanes that only carry small operations never take room for a chunk.
            _staging = GC.AllocateUninitializedArray<byte>(
                (source.Length <= options.LongestMessage ? options.LongestMessage : options.ChunkBytes) + sealer.TagLength);
        }

        var body = sealer.Seal(header, source, _outbox.AsSpan(_outboxEnd, FrameFormat.HeaderLength), _staging);
        _outboxEnd += FrameFormat.HeaderLength;
        _bodyPlace = sealer.UsesStaging ? BodyPlace.Staging : place;
        _bodyStart = 0;
        _bodyEnd = body.Length;
        Count(header.Kind, FrameFormat.HeaderLength + body.Length);
    }

    private void AddSmall(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        payload = payload[..header.Length];
        if (_lending is not null)
        {
            AddLent(_lending, header, payload);
            return;
        }

        var head = _outbox.AsSpan(_outboxEnd, FrameFormat.HeaderLength);
        var place = _outbox.AsSpan(_outboxEnd + FrameFormat.HeaderLength, payload.Length + sealer.TagLength);
        var body = sealer.Seal(header, payload, head, place);
        if (!sealer.UsesStaging)
        {
            body.CopyTo(place);
        }

        _outboxEnd += FrameFormat.HeaderLength + place.Length;
        Count(header.Kind, FrameFormat.HeaderLength + place.Length);
    }

    private void Count(FrameKind kind, int length)
    {
        Bytes += length;
        FrameBytes += kind.IsAcknowledged() ? length : 0;
    }

    private static int LongestFrame(FrameSealer sealer, LoopOptions options) =>
        FrameFormat.HeaderLength + Math.Max(SmallPayload, Math.Max(options.ChunkBytes, options.LongestMessage)) + sealer.TagLength;
}
