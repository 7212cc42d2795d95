using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>A TCP stream that notes the peer's first byte.</summary>
internal sealed class ObservedNetworkStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
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
