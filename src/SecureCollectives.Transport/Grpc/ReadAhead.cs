namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// A ring for bytes that a lane receives while nobody reads it: acknowledgements, messages and above all aborts. One thread at a time adds
/// and one takes; no lock is needed, because each moves only its own end.
/// </summary>
internal sealed class ReadAhead
{
    /// <summary>Room for hundreds of acknowledgements: as many as a peer can owe between two operations.</summary>
    private const int Capacity = 16 << 10;

    /// <summary>
    /// The longest result that is taken ahead. Longer ones are parts of large transfers, which are awaited anyway and copied only once.
    /// </summary>
    private const int MaxResult = 4 << 10;

    private readonly byte[] _ring = GC.AllocateUninitializedArray<byte>(Capacity);
    private long _start;
    private long _end;

    /// <summary>The free memory up to the end of the ring; not empty unless the ring is full.</summary>
    public Span<byte> Room
    {
        get
        {
            var at = (int)(_end % Capacity);
            return _ring.AsSpan(at, Math.Min(Free, Capacity - at));
        }
    }

    private int Free => Capacity - (int)(_end - Volatile.Read(ref _start));

    public bool HasRoomFor(long length) => length <= MaxResult && length <= Free;

    /// <summary>Adds <paramref name="count"/> bytes that were written to <see cref="Room"/>.</summary>
    public void Add(int count) => Volatile.Write(ref _end, _end + count);

    /// <summary>Moves the available bytes to the destination; returns their number.</summary>
    public int Take(Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, Volatile.Read(ref _end) - _start);
        if (count == 0)
        {
            return 0;
        }

        var at = (int)(_start % Capacity);
        var first = Math.Min(count, Capacity - at);
        _ring.AsSpan(at, first).CopyTo(destination);
        _ring.AsSpan(0, count - first).CopyTo(destination[first..]);
        Volatile.Write(ref _start, _start + count);
        return count;
    }
}
