using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// Binds listeners as Kestrel does, but behind the host's gate if it has one. On failure, reports the address that could not be bound,
/// which Kestrel reports only as text.
/// </summary>
internal sealed class BindingFactory(IConnectionListenerFactory inner, RpcHostOptions options, ILogger logger, RefusalLog refusals)
    : IConnectionListenerFactory
{
    /// <summary>
    /// The kernel's accept backlog: as many connections as can be accepted and refused in a tenth of a second. A longer backlog would make
    /// members wait longer in it; a shorter one would overflow and leave members to their own kernel's SYN retries.
    /// </summary>
    private const int Backlog = 512;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var listener = options.Listeners.First(of => ReferenceEquals(of.EndPoint, endpoint));
            return options.Gate is { } gate
                ? ListenAtAny(listener, gate)
                : await inner.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AddressInUseException or SocketException && endpoint is IPEndPoint ip)
        {
            throw new RpcBindException(ip, exception);
        }
    }

    private GatedListener ListenAtAny(RpcListener listener, IConnectionGate gate)
    {
        SocketException? inUse = null;
        foreach (var port in listener.Ports ?? [listener.EndPoint.Port])
        {
            try
            {
                return Listen(new IPEndPoint(listener.EndPoint.Address, port), gate);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                inUse ??= exception;
            }
        }

        throw inUse ?? new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    private GatedListener Listen(EndPoint endpoint, IConnectionGate gate)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen(Backlog);
            return new GatedListener(socket, new SocketConnectionContextFactory(ConnectionOptions(), logger), gate, refusals);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SocketConnectionFactoryOptions ConnectionOptions()
    {
        var sockets = new SocketConnectionFactoryOptions { MaxReadBufferSize = options.ReadAhead };
        if (options.Blocks is { } blocks)
        {
            SetMemoryPoolFactory(sockets, blocks);
        }

        return sockets;
    }

    /// <summary>
    /// Kestrel's own listeners get the memory pool as a service, but its public connection factory takes it only through an internal
    /// option.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_MemoryPoolFactory")]
    private static extern void SetMemoryPoolFactory(SocketConnectionFactoryOptions options, IMemoryPoolFactory<byte> factory);
}
