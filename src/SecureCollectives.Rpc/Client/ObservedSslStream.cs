using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>
/// The stream below HTTP/2 with TLS, with an observer of what the peer sends inside TLS. Derives from <see cref="SslStream"/>, because
/// <see cref="SocketsHttpHandler"/> then adds no second TLS to the stream that a connect callback returns.
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
