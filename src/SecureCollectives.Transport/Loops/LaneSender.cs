using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Directions;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The sending half of a lane: makes frames and keeps the bytes that the lane has not accepted yet. Small frames collect in the outbox and
/// are sent with one system call. The header of a large frame joins them there; its payload follows as the body, from staging, from the
/// caller's memory or from the retained copy. If the lane lends memory and the sealer may write to it, each frame is sealed straight into
/// that memory instead.
/// </summary>
internal sealed class LaneSender(Lane lane, FrameSealer sealer, LoopOptions options)
{
    /// <summary>Payloads up to this size are copied into the outbox: that is cheaper than giving the send a second part.</summary>
    private const int SmallPayload = 1024;

    /// <summary>Room for several small frames; when it is full they wait for the next flush.</summary>
    private const int OutboxLength = 8192;

    private readonly byte[] _outbox = new byte[OutboxLength];
    private readonly byte[] _control = new byte[OperationDescriptor.Length];

    /// <summary>The length of the longest small frame.</summary>
    private readonly int _smallFrame = FrameFormat.HeaderLength + SmallPayload + sealer.TagLength;

    /// <summary>The length of the longest frame.</summary>
    private readonly int _longestFrame = LongestFrame(sealer, options);

    /// <summary>The lane, if it lends memory for every frame and the sealer may write to it; no frame is then kept here.</summary>
    private readonly LendingLane? _lending =
        lane is LendingLane lending && sealer.IsSinglePass && LongestFrame(sealer, options) <= lending.LongestLoan ? lending : null;

    /// <summary>
    /// The result of sending through lent memory since the last flush; <see cref="LaneOutcome.WouldBlock"/> if nothing was sent that way.
    /// </summary>
    private LaneOutcome _lent = LaneOutcome.WouldBlock;

    private byte[] _staging = [];
    private int _outboxStart;
    private int _outboxEnd;
    private Region _source;
    private ulong _kept;
    private BodyPlace _bodyPlace;
    private int _bodyStart;
    private int _bodyEnd;

    /// <summary>The memory that holds the payload of a large frame.</summary>
    private enum BodyPlace : byte
    {
        Staging,
        Caller,
        Kept,
    }

    /// <summary>The bytes of data, descriptor and message frames: the kinds that the peer acknowledges.</summary>
    public long FrameBytes { get; private set; }

    /// <summary>The bytes of all frames made so far: headers, payloads and tags.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether part of the last frame's payload is still unsent.</summary>
    public bool HasBody => _bodyStart < _bodyEnd;

    /// <summary>Whether bytes of complete frames wait for the lane.</summary>
    public bool IsPending => _outboxStart < _outboxEnd || HasBody || _lent != LaneOutcome.WouldBlock;

    /// <summary>Whether the lane had no room to lend when last asked: a frame may be due as soon as there is room.</summary>
    public bool LacksRoom { get; private set; }

    /// <summary>Whether there is room to make another frame.</summary>
    public bool CanTakeFrame =>
        _lending is null ? !HasBody && _outbox.Length - _outboxEnd >= _smallFrame : CanLend(_lending, _longestFrame);

    /// <summary>Whether there is room to make an abort frame.</summary>
    public bool CanTakeAbort =>
        _lending is null ? CanTakeFrame : CanLend(_lending, FrameFormat.HeaderLength + AbortMessage.Length + sealer.TagLength);

    public void AddDescriptor(ulong operation, in OperationDescriptor descriptor)
    {
        descriptor.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Descriptor, FramePhase.None, OperationDescriptor.Length, 0, operation, 0, 0), _control);
    }

    /// <summary>Adds an acknowledgement. It belongs to the lane, not to an operation.</summary>
    public void AddAcknowledgement(Acknowledgement acknowledgement)
    {
        acknowledgement.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Acknowledgement, FramePhase.None, Acknowledgement.Length, 0, 0, 0, 0), _control);
    }

    public void AddAbort(in AbortMessage abort)
    {
        abort.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Abort, FramePhase.None, AbortMessage.Length, 0, abort.Operation, abort.Step, 0), _control);
    }

    public void AddData(ulong operation, in SendTransfer transfer, in OperationBuffers buffers)
    {
        _source = transfer.Source;
        Add(new FrameHeader(transfer.Kind, transfer.Phase, transfer.Source.Length, 0, operation, transfer.Step,
            transfer.Chunk), buffers.Source(transfer.Source), BodyPlace.Caller);
    }

    /// <summary>Adds a message from its retained copy.</summary>
    public void AddKept(RetainedMessages kept, ulong position)
    {
        var payload = kept.Get(position, out var header);
        _kept = position;
        Add(header, payload, BodyPlace.Kept);
    }

    /// <summary>Offers everything pending to the lane once.</summary>
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

    /// <summary>Whether the lane lends room for a frame of that length.</summary>
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

    /// <summary>Seals a frame straight into lent memory, from which the peer receives it.</summary>
    private void AddLent(LendingLane lending, in FrameHeader header, ReadOnlySpan<byte> source)
    {
        var length = FrameFormat.HeaderLength + source.Length + sealer.TagLength;
        if (lending.TryReserve(length, out var room) is not LaneOutcome.Moved and var outcome)
        {
            // There was room a moment ago, and only the peer could have taken it away. The frame is lost with the connection, as if it had
            // been sent.
            _lent = outcome == LaneOutcome.WouldBlock ? LaneOutcome.Broken : outcome;
            return;
        }

        // Sealing reads the header again, so the header must not lie in memory that the peer can write.
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
            // Allocated with the first large frame: lanes that carry only small operations never allocate room for a chunk.
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
