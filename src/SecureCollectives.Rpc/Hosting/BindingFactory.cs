using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// Listens by way of another factory, puts the listener's gate in front, and names the address that could not be bound: Kestrel would only say so in a text.
/// </summary>
internal sealed class BindingFactory(IConnectionListenerFactory inner, IReadOnlyList<RpcListener> listeners, ILogger logger) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            IConnectionListener listener = await inner.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);
            IConnectionGate? gate = listeners.First(of => ReferenceEquals(of.EndPoint, endpoint)).Gate;
            return gate is null ? listener : new GatedListener(listener, gate, remote => RpcLog.ConnectionWasRefusedByGate(logger, remote));
        }
        catch (Exception exception) when (exception is AddressInUseException or SocketException && endpoint is IPEndPoint ip)
        {
            throw new RpcBindException(ip, exception);
        }
    }
}
