namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// A ring for what a lane takes in while nobody asks: acknowledgements, messages and above all notices. One thread at a time adds, one
/// takes, without a lock: each moves its own end alone.
/// </summary>
internal sealed class ReadAhead
{
    /// <summary>Room for hundreds of acknowledgements: what a peer can owe between two operations.</summary>
    private const int Capacity = 16 << 10;

    /// <summary>Longer results are parts of large transfers, which somebody awaits, and are copied but once.</summary>
    private const int MaxResult = 4 << 10;

    private readonly byte[] _ring = GC.AllocateUninitializedArray<byte>(Capacity);
    private long _start;
    private long _end;

    /// <summary>Where to add, up to the ring's end; not empty where there is room.</summary>
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

    /// <summary>Adds what was written to <see cref="Room"/>.</summary>
    public void Add(int count) => Volatile.Write(ref _end, _end + count);

    /// <summary>Moves what is there to the destination.</summary>
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
