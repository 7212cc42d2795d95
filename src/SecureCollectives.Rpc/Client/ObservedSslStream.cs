using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>
/// The stream beneath HTTP/2 with TLS; observes what the peer sends inside TLS. Derives from <see cref="SslStream"/> so that
/// <see cref="SocketsHttpHandler"/> does not add a second layer of TLS to the stream that a connect callback returns.
/// </summary>
internal sealed class ObservedSslStream(
    Stream inner, Http2Allowance allowance, IReceiveLimit? limit) : SslStream(inner, leaveInnerStreamOpen: false)
{
    public StreamObserver Observer { get; } = new(allowance, limit);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Observer.ObserveAsync(base.ReadAsync(buffer, cancellationToken), buffer);

    protected override void Dispose(bool disposing)
    {
        Observer.End();
        base.Dispose(disposing);
    }
}
