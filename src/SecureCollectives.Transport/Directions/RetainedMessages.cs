using System.Diagnostics;
using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Directions;

/// <summary>
/// Copies of the messages that a lane has sent and its peer has not acknowledged: what a new link would send again, since the caller's
/// buffers were handed back long ago. Bounded; when it is full the operation at hand waits for the peer.
/// </summary>
/// <remarks>
/// A ring of bytes in which each payload lies in one piece, and a ring of entries that say whose. Memory is taken when the first message is
/// kept: most lanes of a large world never carry one.
/// </remarks>
internal sealed class RetainedMessages(int limit, int longest)
{
    /// <summary>
    /// Payloads that do not fit before the ring's end begin at its start: what stays free at the end is less than one payload.
    /// </summary>
    private readonly int _capacity = limit + longest;

    private Entry[] _entries = [];
    private byte[] _bytes = [];
    private int _first;
    private int _count;
    private int _end;
    private int _weight;

    /// <summary>Messages kept.</summary>
    public int Count => _count;

    /// <summary>The position after the newest message; 0 where none is kept.</summary>
    public ulong End => _count == 0 ? 0 : _entries[(_first + _count - 1) % _entries.Length].Position + 1;

    /// <summary>What a message counts towards the limit, on both ends of the lane.</summary>
    public static int WeightOf(int payloadLength) => FrameFormat.HeaderLength + payloadLength;

    /// <summary>Whether a message can be kept now.</summary>
    public bool HasRoom(int payloadLength) => _weight + WeightOf(payloadLength) <= limit;

    /// <summary>Keeps a message.</summary>
    /// <param name="position">Its number among the lane's frames that are acknowledged.</param>
    /// <param name="header">Its header.</param>
    /// <returns>Room for its payload, to be filled at once.</returns>
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

    /// <summary>Lets go of everything before a position.</summary>
    public void Release(ulong position)
    {
        while (_count > 0 && _entries[_first].Position < position)
        {
            _weight -= WeightOf(_entries[_first].Header.Length);
            _first = (_first + 1) % _entries.Length;
            _count--;
        }
    }

    /// <summary>A message that is kept.</summary>
    /// <param name="position">Its number.</param>
    /// <param name="header">Its header.</param>
    /// <returns>Its payload.</returns>
    public ReadOnlySpan<byte> Get(ulong position, out FrameHeader header)
    {
        // Positions follow each other without a gap.
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
