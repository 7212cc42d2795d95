using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Handshakes;

/// <summary>
/// What SslStream sees of an asynchronous connection that has proved nothing yet. Until the handshake is complete every read and write completes on the
/// <see cref="HandshakeThread"/>, in turn; before and after, what the peer may send without anything coming of it is bounded by a <see cref="ReceiveAllowance"/>.
/// </summary>
/// <remarks>A handshake reads and writes in turn, so that one operation is under way at a time.</remarks>
internal sealed class HandshakeStream(Stream connection, Stranger place, HandshakeThread thread) : Stream, IValueTaskSource<int>, IValueTaskSource
{
    private readonly ReceiveAllowance _allowance = new();
    private ManualResetValueTaskSourceCore<int> _operation;
    private ValueTask<int> _reading;
    private ValueTask _writing;
    private bool _isRead;
    private int _arrivals;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private volatile bool _complete;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The connection's place at the gate.</summary>
    public Stranger Place { get; } = place;

    /// <summary>Whether nothing remains to be done for it but to say so.</summary>
    internal bool IsOver => _cancellation.IsCancellationRequested || (_isRead ? _reading is { IsCompletedSuccessfully: false } : _writing is { IsCompletedSuccessfully: false });

    /// <summary>
    /// Awaits the handshake and leaves its thread, on which whoever awaits it otherwise would go on. From then on reads and writes go straight through, and only what
    /// carries nothing is counted.
    /// </summary>
    /// <param name="handshake">SslStream's, on this stream.</param>
    public async Task CompleteAsync(Task handshake)
    {
        try
        {
            await handshake.ConfigureAwait(false);
            _allowance.CompleteHandshake();
            _complete = true;
        }
        finally
        {
            // Of a task that is complete: only then does this mean the thread pool.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    /// <summary>TLS gave its user so many bytes.</summary>
    public void Earn(int bytes) => _allowance.Earn(bytes);

    /// <exception cref="IOException">The peer has sent all that it may, and wants to go on.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!buffer.IsEmpty && _allowance.Left == 0)
        {
            return ValueTask.FromException<int>(new IOException($"The connection was ended: {_allowance.Excess}."));
        }

        var wanted = buffer[..Math.Min(buffer.Length, _allowance.Left)];
        if (_complete)
        {
            return ReadThroughAsync(wanted, cancellationToken);
        }

        // An empty read asks whether bytes are there; in a handshake the question costs more than saying yes.
        if (buffer.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        Reset(isRead: true);
#pragma warning disable CA2012 // Kept until it is complete, then consumed once, in its turn.
        _reading = connection.ReadAsync(wanted, cancellationToken);
#pragma warning restore CA2012
        Begin(_reading.IsCompleted, cancellationToken);
        return new ValueTask<int>(this, _operation.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_complete)
        {
            return connection.WriteAsync(buffer, cancellationToken);
        }

        // The usual case: the connection took it at once, and whoever writes goes on where it is.
        var writing = connection.WriteAsync(buffer, cancellationToken);
        if (writing.IsCompletedSuccessfully)
        {
            writing.GetAwaiter().GetResult();
            return ValueTask.CompletedTask;
        }

        Reset(isRead: false);
        _writing = writing;
        Begin(_writing.IsCompleted, cancellationToken);
        return new ValueTask(this, _operation.Version);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _operation.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _operation.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _operation.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _operation.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Await(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Await(continuation, state, token, flags);

    /// <summary>Its turn: completes the operation, and SslStream goes on inside this call.</summary>
    /// <param name="giveUp">Whether the thread ends.</param>
    internal void Continue(bool giveUp)
    {
        _registration.Dispose();
        var count = 0;
        try
        {
            count = Result();
            _cancellation.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(giveUp, thread);
        }
#pragma warning disable CA1031 // Whatever it is, it is for who awaits this.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _operation.SetException(exception);
            return;
        }

        _operation.SetResult(count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Result()
    {
        if (!_isRead)
        {
            _writing.GetAwaiter().GetResult();
            return 0;
        }

        var count = _reading.GetAwaiter().GetResult();
        _allowance.Spend(count);
        return count;
    }

    private void Reset(bool isRead)
    {
        _operation.Reset();
        _arrivals = 0;
        _isRead = isRead;
    }

    private void Begin(bool isCompleted, CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static thread => ((HandshakeThread)thread!).LookAgain(), thread);
        if (isCompleted)
        {
            Arrive();
        }
        else if (_isRead)
        {
            _reading.GetAwaiter().UnsafeOnCompleted(Arrive);
        }
        else
        {
            _writing.GetAwaiter().UnsafeOnCompleted(Arrive);
        }
    }

    private void Await(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _operation.OnCompleted(continuation, state, token, flags);
        Arrive();
    }

    /// <summary>
    /// The connection is done, and somebody awaits it: when both are so, it may have its turn. An operation that was complete before it is awaited would go on where it is
    /// awaited, on a thread that nobody measures.
    /// </summary>
    private void Arrive()
    {
        if (Interlocked.Increment(ref _arrivals) == 2)
        {
            thread.Enqueue(this);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadThroughAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _allowance.Spend(count);
        return count;
    }
}
