using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>The stream beneath HTTP/2 without TLS; observes what the peer sends.</summary>
internal sealed class ObservedNetworkStream(Socket socket, Http2Allowance allowance) : NetworkStream(socket, ownsSocket: true)
{
    public StreamObserver Observer { get; } = new(allowance);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Observer.ObserveAsync(base.ReadAsync(buffer, cancellationToken), buffer);

    protected override void Dispose(bool disposing)
    {
        Observer.End();
        base.Dispose(disposing);
    }
}
