using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The sending direction of a gRPC lane: a ring of bytes between the loop, which fills it, and at most one write in progress, whose
/// completion starts the next. The ring is all that this side buffers. When it is full because the peer does not read, the loop waits.
/// </summary>
/// <remarks>
/// Only the loop moves <see cref="_end"/>, and only the owner of <see cref="_writing"/> moves <see cref="_start"/>. Ownership passes by
/// interlocked exchange, and a thread that gives it up then checks once more what the other side has done in the meantime. So neither side
/// takes a lock, and no byte is left behind.
/// </remarks>
internal sealed class LaneOutput
{
    /// <summary>
    /// The number of bytes that the loop can be ahead of HTTP/2. A whole chunk with its header should fit, so that the next chunk can be
    /// sealed while this one is being sent.
    /// </summary>
    public const int Capacity = 1 << 20;

    /// <summary>
    /// The maximum number of bytes of one message. Large enough to keep the overhead of writes low, small enough to free room soon; 64 to
    /// 512 KiB perform alike, within the noise.
    /// </summary>
    public const int MaxMessageBytes = 128 << 10;

    private readonly LaneCall _call;
    private readonly LaneSignal _signal;
    private readonly Action _onWritten;
    private byte[] _ring = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _write;
    private int _underWay;
    private bool _unflushed;
    private long _start;
    private long _end;
    private int _writing;
    private int _wantsRoom;
    private volatile bool _ending;
    private volatile bool _broken;

    public LaneOutput(LaneCall call, LaneSignal signal)
    {
        _call = call;
        _signal = signal;
        _onWritten = OnWritten;
    }

    /// <summary>Completes when everything has been written and the direction has ended, or when it broke.</summary>
    public Task Drained => _drained.Task;

    public LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = 0;
        if (_broken || _ending)
        {
            return LaneOutcome.Broken;
        }

        sent = Add(head);
        if (sent == head.Length)
        {
            sent += Add(body);
        }

        Write();
        if (sent > 0 || head.Length + body.Length == 0)
        {
            return LaneOutcome.Moved;
        }

        // Request a wake-up, then check again: the writer checks for the request after it has made room.
        Interlocked.Exchange(ref _wantsRoom, 1);
        return Free > 0 && !_broken ? TrySend(head, body, out sent) : _broken ? LaneOutcome.Broken : LaneOutcome.WouldBlock;
    }

    /// <summary>Ends the direction: nothing follows the bytes already sent.</summary>
    public void EndSending()
    {
        _ending = true;
        Write();
    }

    private int Free => Capacity - (int)(_end - Volatile.Read(ref _start));

    private int Add(ReadOnlySpan<byte> bytes)
    {
        if (_ring.Length == 0)
        {
            // Allocated with the first bytes to send: an unauthenticated peer gets no answer and so costs no ring.
            _ring = GC.AllocateUninitializedArray<byte>(Capacity);
        }

        var count = Math.Min(bytes.Length, Free);
        var at = (int)(_end % Capacity);
        var first = Math.Min(count, Capacity - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..count].CopyTo(_ring);
        Volatile.Write(ref _end, _end + count);
        return count;
    }

    /// <summary>Writes until nothing is left or a write does not complete immediately. Does nothing while another thread writes.</summary>
    private void Write()
    {
        while (Interlocked.CompareExchange(ref _writing, 1, 0) == 0)
        {
            if (!Continue())
            {
                return;
            }

            Interlocked.Exchange(ref _writing, 0);
            if (Volatile.Read(ref _end) == _start && !_ending)
            {
                return;
            }
        }
    }

    /// <returns>Whether everything has been written, so that ownership should be given up.</returns>
    private bool Continue()
    {
        try
        {
            while (true)
            {
                var count = (int)Math.Min(Volatile.Read(ref _end) - _start, MaxMessageBytes);
                if (count == 0)
                {
                    if (_unflushed)
                    {
                        _unflushed = false;
                        _underWay = 0;
                        if (!Start(_call.Output.FlushAsync())) // The client's connection holds small remainders until then.
                        {
                            return false;
                        }

                        continue;
                    }

                    if (!_ending)
                    {
                        return true;
                    }

                    // Bytes sent before the end was requested are visible after reading the flag.
                    if (Volatile.Read(ref _end) != _start)
                    {
                        continue;
                    }

                    _ = EndAsync();
                    return false;
                }

                var at = (int)(_start % Capacity);
                _underWay = Math.Min(count, Capacity - at);
                if (!Start(WriteMessage(_ring.AsMemory(at, _underWay))))
                {
                    return false;
                }
            }
        }
        catch (Exception)
        {
            Break();
            return false;
        }
    }

    /// <returns>Whether the write completed immediately and successfully.</returns>
    private bool Start(ValueTask<FlushResult> write)
    {
        // Consumed exactly once, by TakeWrite, after completion: an await would allocate for each write.
        _write = write.ConfigureAwait(false).GetAwaiter();
        if (_write.IsCompleted)
        {
            return TakeWrite();
        }

        _write.UnsafeOnCompleted(_onWritten);
        return false;
    }

    private ValueTask<FlushResult> WriteMessage(ReadOnlyMemory<byte> bytes)
    {
        var output = _call.Output;
        var start = output.GetSpan(LaneMessageFormat.MaxHeaderLength);
        var header = LaneMessageFormat.WriteHeader(start, bytes.Length);

        // The header is never written alone: SocketsHttpHandler makes a separate DATA frame of each part that it is given.
        var beside = Math.Min(bytes.Length, start.Length - header);
        bytes.Span[..beside].CopyTo(start[header..]);
        output.Advance(header + beside);
        _unflushed = beside < bytes.Length;
        return _unflushed ? output.WriteAsync(bytes[beside..]) : output.FlushAsync();
    }

    private void OnWritten()
    {
        if (TakeWrite() && Continue())
        {
            Interlocked.Exchange(ref _writing, 0);
            if (Volatile.Read(ref _end) != _start || _ending)
            {
                Write();
            }
        }
    }

    /// <summary>Takes the result of the completed write, and wakes the loop if it waits for room.</summary>
    private bool TakeWrite()
    {
        try
        {
            var result = _write.GetResult();
            if (result.IsCompleted || result.IsCanceled)
            {
                Break();
                return false;
            }
        }
        catch (Exception)
        {
            // Kestrel and SocketsHttpHandler throw exceptions of many types, some of them internal. Each means that the call was cut off.
            Break();
            return false;
        }

        _call.Connection.Allowance.Earn(_underWay); // The peer sends window updates for these bytes.
        Volatile.Write(ref _start, _start + _underWay);
        if (Interlocked.Exchange(ref _wantsRoom, 0) != 0)
        {
            _signal.Raise();
        }

        return true;
    }

    /// <summary>Breaks the direction; write ownership is never given up again.</summary>
    private void Break()
    {
        _broken = true;
        _drained.TrySetResult();
        _signal.Raise();
    }

    private async Task EndAsync()
    {
        try
        {
            await _call.EndOutputAsync().ConfigureAwait(false);
            _drained.TrySetResult();
        }
        catch (Exception)
        {
            Break();
        }
    }
}
