using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>The stream below HTTP/2 without TLS, with an observer of what the peer sends.</summary>
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
