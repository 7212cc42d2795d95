using System.Buffers.Binary;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>
/// The sending direction of a lane under the control of an attacker on the wire, who sees the raw frames (or TLS records) and decides what
/// to forward. Immediately accepts everything that its loop sends, as a network would, and queues what the real lane does not accept yet.
/// </summary>
/// <param name="inner">The real lane.</param>
/// <param name="headLength">The length of a frame's header, in bytes.</param>
/// <param name="lengthOf">Returns the length of a frame in bytes, given its header.</param>
/// <param name="attack">The attack.</param>
internal sealed class TamperingLane(Lane inner, int headLength, Func<byte[], int> lengthOf, Attack attack) : Lane
{
    private const int TlsHeadLength = 5;
    private const int TlsLengthOffset = 3;

    private readonly List<byte> _incomplete = [];
    private readonly Queue<byte[]> _outgoing = new();
    private int _frames;
    private int _sentOfFirst;
    private bool _cut;
    private bool _idle;

    /// <param name="inner">The real lane.</param>
    /// <param name="tagLength">The length of a frame's tag, in bytes.</param>
    /// <param name="attack">The attack.</param>
    public TamperingLane(Lane inner, int tagLength, Attack attack)
        : this(
            inner,
            FrameFormat.HeaderLength,
            head => FrameFormat.HeaderLength + (int)BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(FrameFormat.LengthOffset)) + tagLength,
            attack)
    {
    }

    /// <summary>
    /// Creates a lane for use below a TLS lane, where the attacker sees records. Forwards those of the handshake, until <see cref="Arm"/>.
    /// </summary>
    public static TamperingLane OfTlsRecords(Lane inner, Attack attack) =>
        new(inner, TlsHeadLength, head => TlsHeadLength + BinaryPrimitives.ReadUInt16BigEndian(
            head.AsSpan(TlsLengthOffset)), attack)
        { _idle = true };

    /// <summary>Starts the attack; frames count from here.</summary>
    public void Arm() => _idle = false;

    public override int Descriptor => inner.Descriptor;

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = head.Length + body.Length;
        _incomplete.AddRange(head);
        _incomplete.AddRange(body);
        while (TakeFrame() is { } frame)
        {
            foreach (var passed in _idle ? [frame] : attack.Pass(_frames, frame))
            {
                _outgoing.Enqueue(passed);
            }

            _frames += _idle ? 0 : 1;
        }

        if (Flush() is LaneOutcome.Moved or LaneOutcome.WouldBlock)
        {
            return LaneOutcome.Moved;
        }

        sent = 0;
        return LaneOutcome.Broken;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        Flush();
        return inner.TryReceive(destination, out received);
    }

    public override void EndSending()
    {
        Flush();
        inner.EndSending();
    }

    public override void AttachSignal(Action raise) => inner.AttachSignal(raise);

    public override void Dispose() => inner.Dispose();

    private byte[]? TakeFrame()
    {
        if (_incomplete.Count < headLength)
        {
            return null;
        }

        var length = lengthOf([.. _incomplete[..headLength]]);
        if (_incomplete.Count < length)
        {
            return null;
        }

        var frame = _incomplete[..length].ToArray();
        _incomplete.RemoveRange(0, length);
        return frame;
    }

    private LaneOutcome Flush()
    {
        while (!_cut && _outgoing.TryPeek(out var first))
        {
            var outcome = inner.TrySend(first.AsSpan(_sentOfFirst), default, out var sent);
            if (outcome != LaneOutcome.Moved)
            {
                return outcome;
            }

            _sentOfFirst += sent;
            if (_sentOfFirst == first.Length)
            {
                _outgoing.Dequeue();
                _sentOfFirst = 0;
            }
        }

        if (attack.CutsAfter <= _frames && !_cut)
        {
            _cut = true;
            inner.EndSending();
        }

        return LaneOutcome.Moved;
    }
}
