using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The receiving half of a lane: splits the byte stream into frames. Headers and small frames come from a read-ahead buffer, many per
/// system call; a large payload is received straight into its destination. If the lane lends memory, frames are opened directly in that
/// memory.
/// </summary>
internal sealed class LaneReceiver(Lane lane, FrameOpener opener)
{
    /// <summary>
    /// Room for several small frames. Any part of a large payload that is read ahead is copied one extra time, so a larger buffer would
    /// cost more than it saves.
    /// </summary>
    private const int ReadAheadLength = 4096;

    private readonly byte[] _ahead = new byte[ReadAheadLength];
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private readonly int _tagLength = opener.TagLength;

    /// <summary>The lane, if it lends memory.</summary>
    private readonly LendingLane? _lending = lane as LendingLane;
    private byte[] _staging = [];
    private FrameHeader _header;
    private int _start;
    private int _end;
    private int _filled;

    /// <summary>Whether a header has been read whose payload is not complete yet.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The header; valid while <see cref="HasHeader"/>.</summary>
    public ref readonly FrameHeader Header => ref _header;

    /// <summary>The bytes of all opened frames of the kinds that are acknowledged.</summary>
    public long FrameBytes { get; private set; }

    /// <summary>The bytes of all frames received completely: headers, payloads and tags.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Returns scratch memory for a payload that is not received in place, and its tag. It grows to the longest payload that has been due,
    /// and no further.
    /// </summary>
    public Span<byte> Staging(int length)
    {
        if (_staging.Length < length + _tagLength)
        {
            _staging = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)length) + _tagLength);
        }

        return _staging.AsSpan(0, length);
    }

    /// <summary>Reads the next header, if it has arrived.</summary>
    /// <param name="status">Whether the header is acceptable; valid once <see cref="HasHeader"/>.</param>
    public LaneOutcome TryReadHeader(out OpenStatus status)
    {
        status = OpenStatus.Ok;
        if (_lending is not null)
        {
            return TryReadLentHeader(_lending, out status);
        }

        while (_end - _start < FrameFormat.HeaderLength)
        {
            if (_start > 0)
            {
                _ahead.AsSpan(_start.._end).CopyTo(_ahead);
                _end -= _start;
                _start = 0;
            }

            var outcome = lane.TryReceive(_ahead.AsSpan(_end), out var received);
            if (outcome != LaneOutcome.Moved)
            {
                // An end in the middle of a frame is not an orderly end.
                return outcome == LaneOutcome.Ended && _end > _start ? LaneOutcome.Broken : outcome;
            }

            _end += received;
        }

        _ahead.AsSpan(_start, FrameFormat.HeaderLength).CopyTo(_head);
        _start += FrameFormat.HeaderLength;
        _filled = 0;
        HasHeader = true;
        status = opener.Expect(_head, out _header);
        return LaneOutcome.Moved;
    }

    /// <summary>Receives the available part of the payload and tag that follow the header.</summary>
    /// <param name="destination">The destination of the payload; the same memory in every call for one frame.</param>
    /// <param name="complete">Whether the frame is complete, so that <see cref="Open"/> can be called.</param>
    public LaneOutcome TryReceivePayload(Span<byte> destination, out bool complete)
    {
        var target = Target(destination);
        if (IsLent(target.Length))
        {
            var lent = target.IsEmpty ? LaneOutcome.Moved : _lending.TryPeek(target.Length, out _);
            complete = lent == LaneOutcome.Moved;
            return lent == LaneOutcome.Ended ? LaneOutcome.Broken : lent;
        }

        var ready = Math.Min(target.Length - _filled, _end - _start);
        _ahead.AsSpan(_start, ready).CopyTo(target[_filled..]);
        _start += ready;
        _filled += ready;
        complete = _filled == target.Length;
        if (complete)
        {
            return LaneOutcome.Moved;
        }

        var outcome = lane.TryReceive(target[_filled..], out var received);
        _filled += received;
        complete = _filled == target.Length;
        return outcome == LaneOutcome.Ended ? LaneOutcome.Broken : outcome;
    }

    /// <summary>Verifies the complete frame and returns its payload, which lies in the destination or in <see cref="Staging"/>.</summary>
    public OpenStatus Open(Span<byte> destination, out ReadOnlySpan<byte> payload)
    {
        HasHeader = false;
        var target = Target(destination);
        Bytes += FrameFormat.HeaderLength + target.Length;
        FrameBytes += _header.Kind.IsAcknowledged() ? FrameFormat.HeaderLength + target.Length : 0;
        return IsLent(target.Length) ? OpenLent(_lending, target, out payload) : opener.Open(_head, target, out payload);
    }

    private LaneOutcome TryReadLentHeader(LendingLane lending, out OpenStatus status)
    {
        status = OpenStatus.Ok;
        var outcome = lending.TryPeek(FrameFormat.HeaderLength, out var head);
        if (outcome != LaneOutcome.Moved)
        {
            return outcome;
        }

        // Copied before it is parsed: the peer can change lent memory.
        head.CopyTo(_head);
        lending.Release(FrameFormat.HeaderLength);
        _filled = 0;
        HasHeader = true;
        status = opener.Expect(_head, out _header);
        return LaneOutcome.Moved;
    }

    private OpenStatus OpenLent(LendingLane lending, Span<byte> target, out ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> lent = default;
        if (!target.IsEmpty && lending.TryPeek(target.Length, out lent) != LaneOutcome.Moved)
        {
            // The whole frame was there a moment ago: the peer has retracted bytes that it had already sent.
            payload = default;
            return OpenStatus.AuthenticationFailed;
        }

        var status = opener.OpenFrom(_head, lent, target, out payload);
        lending.Release(target.Length);
        return status;
    }

    /// <summary>Whether a payload and its tag are opened in lent memory.</summary>
    [MemberNotNullWhen(true, nameof(_lending))]
    private bool IsLent(int length) => _lending is not null && length <= _lending.LongestLoan;

    private Span<byte> Target(Span<byte> destination)
    {
        Staging(destination.Length);
        return opener.Target(destination, _staging);
    }
}
