using System.Threading.Tasks.Sources;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// The stream through which TLS uses the lane below it. It never blocks: a read takes the bytes that the lane has, or stays pending until
/// <see cref="TryContinueRead"/> finds more; a write goes into a bounded buffer until <see cref="TryFlush"/> has sent it. The number of
/// bytes that the peer may send is bounded until the handshake is complete, and afterwards whenever there is no progress.
/// </summary>
/// <remarks>
/// The pending read continues inside <see cref="TryContinueRead"/>, on the thread that calls it: no thread pool is involved, and nothing is
/// allocated per read. SslStream has at most one read and one write in progress.
/// </remarks>
internal sealed class LaneStream(Lane below) : Stream, IValueTaskSource<int>
{
    /// <summary>The longest handshake flight and a hello; the most memory that an unconfirmed connection can make this side hold.</summary>
    private const int FirstLength = 16 * 1024;

    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _wanted;
    private bool _reading;
    private byte[] _out = [];
    private int _outStart;
    private int _outEnd;

    /// <summary>The lane that carries the stream.</summary>
    public Lane Below { get; set; } = below;

    /// <summary>How the lane below ended; null while it has not. TLS itself only sees a plain end.</summary>
    public LaneOutcome? End { get; private set; }

    /// <summary>The limit that the peer has exceeded, which ended the stream; null if none.</summary>
    public string? Excess { get; private set; }

    /// <summary>How many more bytes may be read from the lane below before progress is required.</summary>
    public ReceiveAllowance Allowance { get; } = new();

    /// <summary>The number of bytes read from the lane below.</summary>
    public long Taken { get; private set; }

    /// <summary>Whether written bytes wait for the lane below.</summary>
    public bool HoldsBytes => _outStart < _outEnd;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Continues the pending read if bytes or the end have arrived.</summary>
    /// <returns>Whether the read continued.</returns>
    public bool TryContinueRead()
    {
        if (!_reading || !TryTake(_wanted.Span, out var count))
        {
            return false;
        }

        _reading = false;
        _wanted = default;
        _read.SetResult(count);
        return true;
    }

    /// <summary>Offers the written bytes to the lane below.</summary>
    /// <returns><see cref="LaneOutcome.Moved"/> once nothing is left.</returns>
    public LaneOutcome TryFlush()
    {
        while (HoldsBytes)
        {
            var outcome = Below.TrySend(_out.AsSpan(_outStart.._outEnd), default, out var sent);
            if (outcome != LaneOutcome.Moved)
            {
                return outcome;
            }

            _outStart += sent;
        }

        _outStart = 0;
        _outEnd = 0;
        return LaneOutcome.Moved;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // With an empty read, SslStream asks whether bytes have arrived, to avoid holding a buffer while there are none. Always answering
        // yes costs it a buffer, but no wake-up.
        if (buffer.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        if (TryTake(buffer.Span, out var count))
        {
            return new ValueTask<int>(count);
        }

        _read.Reset();
        _wanted = buffer;
        _reading = true;
        return new ValueTask<int>(this, _read.Version);
    }

    /// <exception cref="IOException">More was written than a lane holds. That happens only in a handshake, whose length this side does not
    /// control.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var needed = _outEnd + buffer.Length;
        if (needed > _out.Length)
        {
            if (needed > TlsSender.MaxHeldBytes)
            {
                return ValueTask.FromException(new IOException($"More than {TlsSender.MaxHeldBytes} bytes wait for the connection."));
            }

            Array.Resize(ref _out, needed <= FirstLength ? FirstLength : TlsSender.MaxHeldBytes);
        }

        buffer.Span.CopyTo(_out.AsSpan(_outEnd));
        _outEnd = needed;
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    /// <summary>Ends the pending read; the lane below stays with its owner.</summary>
    protected override void Dispose(bool disposing)
    {
        End ??= LaneOutcome.Broken;
        TryContinueRead();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Takes bytes from the lane below; its end counts as zero bytes. A peer that has used up its allowance is treated as having ended.
    /// </summary>
    private bool TryTake(Span<byte> destination, out int count)
    {
        count = 0;
        if (End is not null)
        {
            return true;
        }

        if (Allowance.Left == 0)
        {
            Excess = Allowance.Excess;
            End = LaneOutcome.Broken;
            return true;
        }

        var outcome = Below.TryReceive(destination[..Math.Min(destination.Length, Allowance.Left)], out count);
        Allowance.Spend(count);
        Taken += count;
        if (outcome is LaneOutcome.Ended or LaneOutcome.Broken)
        {
            End = outcome;
        }

        return outcome != LaneOutcome.WouldBlock;
    }
}
