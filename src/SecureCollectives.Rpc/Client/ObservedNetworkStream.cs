using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>A TCP stream without TLS, which HTTP/2 runs over; what the peer sends is observed.</summary>
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
