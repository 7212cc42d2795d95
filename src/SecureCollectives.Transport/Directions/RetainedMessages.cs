using System.Diagnostics;
using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// Copies of the messages that a lane has sent and its peer has not acknowledged. They are resent from here over a new link, because the
/// caller's buffers have been returned by then. Their memory is bounded: when it is full, the current operation waits for the peer.
/// </summary>
/// <remarks>
/// A ring of bytes, in which each payload is contiguous, and a ring of entries that describe the payloads. Memory is allocated when the
/// first message is kept: most lanes of a large world never carry one.
/// </remarks>
internal sealed class RetainedMessages(int limit, int longest)
{
    /// <summary>
    /// A payload that does not fit before the end of the ring starts at its beginning; the gap at the end is shorter than one payload.
    /// </summary>
    private readonly int _capacity = limit + longest;

    private Entry[] _entries = [];
    private byte[] _bytes = [];
    private int _first;
    private int _count;
    private int _end;
    private int _weight;

    /// <summary>The number of messages kept.</summary>
    public int Count => _count;

    /// <summary>The position after the newest message; 0 if none is kept.</summary>
    public ulong End => _count == 0 ? 0 : _entries[(_first + _count - 1) % _entries.Length].Position + 1;

    /// <summary>Returns a message's weight towards the limit, in bytes; the same at both ends of the lane.</summary>
    public static int WeightOf(int payloadLength) => FrameFormat.HeaderLength + payloadLength;

    /// <summary>Whether there is room for a message.</summary>
    public bool HasRoom(int payloadLength) => _weight + WeightOf(payloadLength) <= limit;

    /// <summary>Keeps a message.</summary>
    /// <param name="position">Its position among the acknowledged frames of the lane.</param>
    /// <param name="header">The message's header, which states the length of its payload.</param>
    /// <returns>Memory for its payload, which the caller must fill immediately.</returns>
    public Span<byte> Add(ulong position, in FrameHeader header)
    {
        if (!HasRoom(header.Length) || header.Length > longest)
        {
            throw new UnreachableException("A message was kept without room for it.");
        }

        if (_entries.Length == 0)
        {
            _entries = new Entry[(limit / WeightOf(OperationDescriptor.Length)) + 1];
            _bytes = GC.AllocateUninitializedArray<byte>(_capacity);
        }

        if (_count == 0 || _end + header.Length > _capacity)
        {
            _end = 0;
        }

        var entry = new Entry(position, header, _end);
        _entries[(_first + _count) % _entries.Length] = entry;
        _count++;
        _end += header.Length;
        _weight += WeightOf(header.Length);
        return _bytes.AsSpan(entry.Start, header.Length);
    }

    /// <summary>Drops every message before a position.</summary>
    public void Release(ulong position)
    {
        while (_count > 0 && _entries[_first].Position < position)
        {
            _weight -= WeightOf(_entries[_first].Header.Length);
            _first = (_first + 1) % _entries.Length;
            _count--;
        }
    }

    /// <summary>Returns a message that is kept.</summary>
    /// <param name="position">The message's position among the acknowledged frames of the lane.</param>
    /// <param name="header">The message's header, which states the length of its payload.</param>
    /// <returns>The payload. Valid until the message is released.</returns>
    public ReadOnlySpan<byte> Get(ulong position, out FrameHeader header)
    {
        // Positions are consecutive.
        var index = _count == 0 ? ulong.MaxValue : position - _entries[_first].Position;
        if (index >= (ulong)_count)
        {
            throw new UnreachableException("A message was asked for that is not kept.");
        }

        ref readonly var entry = ref _entries[(_first + (int)index) % _entries.Length];
        header = entry.Header;
        return PayloadOf(entry);
    }

    private ReadOnlySpan<byte> PayloadOf(in Entry entry) => _bytes.AsSpan(entry.Start, entry.Header.Length);

    private readonly record struct Entry(ulong Position, FrameHeader Header, int Start);
}
