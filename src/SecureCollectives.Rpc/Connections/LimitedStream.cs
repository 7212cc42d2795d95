using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace SecureCollectives.Rpc;

/// <summary>
/// The stream that TLS reads from and writes to. Never reads more from the connection than the limit allows, and during the handshake
/// proceeds only when it is the connection's turn.
/// </summary>
/// <param name="inner">The connection; owned by this stream.</param>
/// <param name="limit">Limits the bytes read, during the handshake and after it.</param>
/// <param name="admission">Schedules the connection's turns during the handshake; null to proceed without waiting for a turn.</param>
internal sealed class LimitedStream(Stream inner, IReceiveLimit limit, IAdmission? admission = null) : Stream
{
    private volatile bool _isHandshakeComplete;

    /// <summary>The limit that the peer has exceeded; null if none.</summary>
    public string? Excess { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void CompleteHandshake()
    {
        limit.CompleteHandshake();
        _isHandshakeComplete = true;
    }

    /// <exception cref="AuthenticationException">The peer has exceeded its limit without progress.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = limit.Left;
        if (left == 0)
        {
            Excess = limit.Excess;
            throw new AuthenticationException(Excess);
        }

        var count = await inner.ReadAsync(buffer.Length <= left ? buffer : buffer[..left], cancellationToken).ConfigureAwait(false);
        limit.Spend(count);
        if (!_isHandshakeComplete && admission is not null && count > 0)
        {
            await new HandshakeTurn(admission, cancellationToken);
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
