using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>Listens by way of another factory, and names the address that could not be bound: Kestrel would only say so in a text.</summary>
internal sealed class BindingFactory(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AddressInUseException or SocketException && endpoint is IPEndPoint ip)
        {
            throw new RpcBindException(ip, exception);
        }
    }
}
