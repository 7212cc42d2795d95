using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>
/// A ring buffer between one writer and one reader that lends its memory to both, in one piece at any position. The memory contains the
/// ring twice in a row, like the mapping of a shared ring.
/// </summary>
internal sealed class LendingRing(int capacity)
{
    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[2 * capacity];
    private long _written;
    private long _read;
    private bool _ended;
    private bool _broken;
    private Action? _raiseReader;
    private Action? _raiseWriter;

    public int Capacity => capacity;

    public void AttachReader(Action raise) => _raiseReader = raise;

    public void AttachWriter(Action raise) => _raiseWriter = raise;

    public LaneOutcome TryReserve(int length, out Span<byte> room)
    {
        lock (_gate)
        {
            room = default;
            if (_broken || _ended)
            {
                return LaneOutcome.Broken;
            }

            if (capacity - (int)(_written - _read) < length)
            {
                return LaneOutcome.WouldBlock;
            }

            room = _bytes.AsSpan((int)(_written % capacity), length);
            return LaneOutcome.Moved;
        }
    }

    public void Commit(int length)
    {
        lock (_gate)
        {
            // Write to both copies, as the two mappings of a shared ring do.
            for (var at = (int)(_written % capacity); length > 0; at++, length--, _written++)
            {
                _bytes[(at + capacity) % _bytes.Length] = _bytes[at];
            }
        }

        _raiseReader?.Invoke();
    }

    public LaneOutcome TryPeek(int length, out ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var there = (int)(_written - _read);
            bytes = default;
            if (there >= length)
            {
                bytes = _bytes.AsSpan((int)(_read % capacity), length);
                return LaneOutcome.Moved;
            }

            return !_ended && !_broken ? LaneOutcome.WouldBlock : _broken || there > 0 ? LaneOutcome.Broken : LaneOutcome.Ended;
        }
    }

    public void Release(int length)
    {
        lock (_gate)
        {
            _read += length;
        }

        _raiseWriter?.Invoke();
    }

    /// <summary>Returns the numbers of bytes that can be read and written.</summary>
    public (int There, int Room) Count()
    {
        lock (_gate)
        {
            var there = (int)(_written - _read);
            return (there, capacity - there);
        }
    }

    /// <summary>Ends writing. Bytes that have already been written can still be read.</summary>
    public void End() => Finish(ref _ended);

    /// <summary>Ends writing and reading.</summary>
    public void Break() => Finish(ref _broken);

    private void Finish(ref bool flag)
    {
        lock (_gate)
        {
            flag = true;
        }

        _raiseReader?.Invoke();
        _raiseWriter?.Invoke();
    }
}
