using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The sending half of a lane: makes frames and keeps what the lane did not take yet. Small frames gather in the outbox and leave with one system
/// call; a large frame's header joins them there and its payload follows as the body, from staging or from the caller's memory.
/// </summary>
internal sealed class LaneSender(Lane lane, FrameSealer sealer, int chunkBytes)
{
    /// <summary>
    /// Payloads up to this size are copied into the outbox: below it, the copy is cheaper than a second part of the send.
    /// </summary>
    private const int SmallPayload = 1024;

    /// <summary>Room for some small frames; when it is full they wait for the next flush.</summary>
    private const int OutboxLength = 8192;

    private const int FrameOverhead = FrameFormat.HeaderLength + FrameFormat.TagLength;

    private readonly byte[] _outbox = new byte[OutboxLength];
    private readonly byte[] _staging = sealer.UsesStaging ? GC.AllocateUninitializedArray<byte>(chunkBytes + sealer.TagLength) : [];
    private readonly byte[] _control = new byte[AbortNotice.Length];
    private CarriedBytes _carried;
    private int _outboxStart;
    private int _outboxEnd;
    private Region _source;
    private bool _bodyInStaging;
    private int _bodyStart;
    private int _bodyEnd;

    /// <summary>What all frames made so far come to.</summary>
    public long CarriedBytes => _carried.Total;

    /// <summary>Whether bytes of finished frames still wait for the lane.</summary>
    public bool IsPending => _outboxStart < _outboxEnd || HasBody;

    /// <summary>Whether another frame can be made now.</summary>
    public bool CanTakeFrame => !HasBody && _outbox.Length - _outboxEnd >= FrameOverhead + SmallPayload;

    private bool HasBody => _bodyStart < _bodyEnd;

    public void AddDescriptor(ulong operation, in OperationDescriptor descriptor)
    {
        descriptor.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Descriptor, FramePhase.None, OperationDescriptor.Length, 0, operation, 0, 0), _control);
    }

    public void AddAcknowledgement(ulong operation, Acknowledgement acknowledgement)
    {
        acknowledgement.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Acknowledgement, FramePhase.None, Acknowledgement.Length, 0, operation, 0, 0), _control);
    }

    public void AddAbort(in AbortNotice notice)
    {
        notice.Write(_control);
        AddSmall(new FrameHeader(FrameKind.Abort, FramePhase.None, AbortNotice.Length, 0, notice.Operation, notice.Step, 0), _control);
    }

    public void AddTransfer(ulong operation, in SendTransfer transfer, in OperationBuffers buffers)
    {
        var header = new FrameHeader(transfer.Kind, transfer.Phase, transfer.Source.Length, 0, operation, transfer.Step, transfer.Chunk);
        var source = transfer.Source.Length == 0 ? default : buffers.Source(transfer.Source);
        if (source.Length <= SmallPayload)
        {
            AddSmall(header, source);
            return;
        }

        Debug.Assert(CanTakeFrame, "The caller checks CanTakeFrame before each frame.");
        var body = sealer.Seal(header, source, _outbox.AsSpan(_outboxEnd, FrameFormat.HeaderLength), _staging);
        _outboxEnd += FrameFormat.HeaderLength;
        _bodyInStaging = sealer.UsesStaging;
        _source = transfer.Source;
        _bodyStart = 0;
        _bodyEnd = body.Length;
        _carried.Add(header, sealer.TagLength);
    }

    /// <summary>Offers the lane everything that is pending, once.</summary>
    public LaneOutcome Flush(in OperationBuffers buffers)
    {
        ReadOnlySpan<byte> body = default;
        if (HasBody)
        {
            body = (_bodyInStaging ? _staging : buffers.Source(_source))[_bodyStart.._bodyEnd];
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

    private void AddSmall(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        payload = payload[..header.Length];
        var head = _outbox.AsSpan(_outboxEnd, FrameFormat.HeaderLength);
        var place = _outbox.AsSpan(_outboxEnd + FrameFormat.HeaderLength, payload.Length + sealer.TagLength);
        var body = sealer.Seal(header, payload, head, place);
        if (!sealer.UsesStaging)
        {
            body.CopyTo(place);
        }

        _outboxEnd += FrameFormat.HeaderLength + place.Length;
        _carried.Add(header, sealer.TagLength);
    }
}
