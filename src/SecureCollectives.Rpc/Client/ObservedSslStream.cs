using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>
/// A TLS stream that notes the peer's first byte of application data. It is an <see cref="SslStream"/> itself because
/// <see cref="SocketsHttpHandler"/> adds no second TLS to one that a connect callback returns.
/// </summary>
internal sealed class ObservedSslStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    public StreamObserver Observer { get; } = new();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Observer.ObserveAsync(base.ReadAsync(buffer, cancellationToken), buffer);

    protected override void Dispose(bool disposing)
    {
        Observer.End();
        base.Dispose(disposing);
    }
}
