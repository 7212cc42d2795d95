using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace SecureCollectives.Rpc;

/// <summary>
/// What TLS reads from and writes to: the connection, of which no more is read than its limit leaves, and during the handshake only when it
/// is the connection's turn.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="limit">Bounds what is read.</param>
/// <param name="admission">Whose turn is waited for during the handshake; null: nobody's.</param>
internal sealed class LimitedStream(Stream inner, IReceiveLimit limit, IAdmission? admission = null) : Stream
{
    private volatile bool _isHandshakeComplete;

    /// <summary>What the peer has exceeded; null while it has not.</summary>
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

    /// <exception cref="AuthenticationException">The peer has sent all that it may, and something must come of it first.</exception>
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
