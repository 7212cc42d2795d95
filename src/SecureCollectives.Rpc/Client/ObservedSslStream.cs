using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>
/// A TLS stream, which HTTP/2 runs over; what the peer sends in it is observed. It is an <see cref="SslStream"/> itself because
/// <see cref="SocketsHttpHandler"/> adds no second TLS to one that a connect callback returns.
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
