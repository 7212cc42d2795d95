using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// The receiving half of a lane: cuts the byte stream into frames. Headers and small frames come out of a read-ahead buffer, many per
/// system call; a large payload is received straight to where it belongs. Where the lane lends memory, frames are opened straight from
/// there.
/// </summary>
internal sealed class LaneReceiver(Lane lane, FrameOpener opener)
{
    /// <summary>
    /// Room for some small frames. What is read ahead of a large payload is copied once more, so more room would cost more than it saves.
    /// </summary>
    private const int ReadAheadLength = 4096;

    private readonly byte[] _ahead = new byte[ReadAheadLength];
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private readonly int _tagLength = opener.TagLength;

    /// <summary>The lane, where it lends memory.</summary>
    private readonly LendingLane? _lending = lane as LendingLane;
    private byte[] _staging = [];
    private FrameHeader _header;
    private int _start;
    private int _end;
    private int _filled;

    /// <summary>Whether a header was read whose payload is not complete yet.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The header; meaningful while <see cref="HasHeader"/>.</summary>
    public ref readonly FrameHeader Header => ref _header;

    /// <summary>Bytes of all frames opened so far that are acknowledged.</summary>
    public long FrameBytes { get; private set; }

    /// <summary>Bytes of all frames that came in full: headers, payloads and tags.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Scratch for a payload and its tag: payloads that are not received in place go here. Grows to the longest that was due, and no
    /// further.
    /// </summary>
    public Span<byte> Staging(int length)
    {
        if (_staging.Length < length + _tagLength)
        {
            _staging = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)length) + _tagLength);
        }

        return _staging.AsSpan(0, length);
    }

    /// <summary>Reads the next header, if it is there.</summary>
    /// <param name="status">Whether the header may be followed; meaningful once <see cref="HasHeader"/>.</param>
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
                // An end in mid-frame is no orderly end.
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

    /// <summary>Receives as much as is there of the payload and tag of the frame whose header was read.</summary>
    /// <param name="destination">Where the payload belongs: the same memory at each call for one frame.</param>
    /// <param name="complete">Whether <see cref="Open"/> can be called.</param>
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

    /// <summary>Verifies the complete frame and gives its payload, in the destination or in <see cref="Staging"/>.</summary>
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

        // Copied before it is looked at: the peer can change what is lent.
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
            // It was all there just now: the peer has taken back what it had sent.
            payload = default;
            return OpenStatus.AuthenticationFailed;
        }

        var status = opener.OpenFrom(_head, lent, target, out payload);
        lending.Release(target.Length);
        return status;
    }

    /// <summary>Whether a payload and its tag are opened where they lie.</summary>
    [MemberNotNullWhen(true, nameof(_lending))]
    private bool IsLent(int length) => _lending is not null && length <= _lending.LongestLoan;

    private Span<byte> Target(Span<byte> destination)
    {
        Staging(destination.Length);
        return opener.Target(destination, _staging);
    }
}
