using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Memory;

/// <summary>A bounded FIFO of bytes between one writer and one reader on different threads.</summary>
internal sealed class ByteRing(int capacity)
{
    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[capacity];
    private int _start;
    private int _count;
    private bool _ended;
    private bool _broken;
    private Action? _raiseReader;
    private Action? _raiseWriter;

    public void Attach(Action? raiseReader, Action? raiseWriter)
    {
        lock (_gate)
        {
            _raiseReader = raiseReader ?? _raiseReader;
            _raiseWriter = raiseWriter ?? _raiseWriter;
        }
    }

    public LaneOutcome TryWrite(ReadOnlySpan<byte> source, out int written)
    {
        written = 0;
        Action? raise;
        lock (_gate)
        {
            if (_broken || _ended)
            {
                return LaneOutcome.Broken;
            }

            written = Math.Min(source.Length, _bytes.Length - _count);
            var end = (_start + _count) % _bytes.Length;
            var first = Math.Min(written, _bytes.Length - end);
            source[..first].CopyTo(_bytes.AsSpan(end));
            source[first..written].CopyTo(_bytes);
            _count += written;
            raise = _raiseReader;
        }

        if (written == 0)
        {
            return source.IsEmpty ? LaneOutcome.Moved : LaneOutcome.WouldBlock;
        }

        raise?.Invoke();
        return LaneOutcome.Moved;
    }

    public LaneOutcome TryRead(Span<byte> destination, out int read)
    {
        Action? raise;
        lock (_gate)
        {
            read = Math.Min(destination.Length, _count);
            if (read == 0)
            {
                return _ended ? LaneOutcome.Ended : _broken ? LaneOutcome.Broken : LaneOutcome.WouldBlock;
            }

            var first = Math.Min(read, _bytes.Length - _start);
            _bytes.AsSpan(_start, first).CopyTo(destination);
            _bytes.AsSpan(0, read - first).CopyTo(destination[first..]);
            _start = (_start + read) % _bytes.Length;
            _count -= read;
            raise = _raiseWriter;
        }

        raise?.Invoke();
        return LaneOutcome.Moved;
    }

    /// <summary>Ends writing; queued bytes can still be read.</summary>
    public void End() => Finish(ref _ended);

    /// <summary>Ends reading; later writes fail.</summary>
    public void Break() => Finish(ref _broken);

    private void Finish(ref bool flag)
    {
        Action? reader;
        Action? writer;
        lock (_gate)
        {
            flag = true;
            reader = _raiseReader;
            writer = _raiseWriter;
        }

        reader?.Invoke();
        writer?.Invoke();
    }
}
