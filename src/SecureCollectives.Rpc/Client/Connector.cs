using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SecureCollectives.Rpc;

/// <summary>Makes one connection, and says exactly why not when it cannot.</summary>
internal sealed class Connector(ClientConnectionOptions options)
{
    private readonly string _target = $"{options.Host}:{options.Port}";

    /// <exception cref="ConnectionException">There is no connection, or not the one that was wanted.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        try
        {
            var addresses = await ResolveAsync(limit.Token).ConfigureAwait(false);
            (var socket, var remote) = await ConnectAnyAsync(addresses, limit.Token).ConfigureAwait(false);
            return await SecureAsync(socket, remote, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionException(
                ConnectionFailure.TimedOut,
                $"Connecting to {_target} took longer than {options.ConnectTimeout.TotalSeconds:0.###} s. Check that it runs and that no "
                    + "firewall drops the packets.",
                exception);
        }
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(options.Host, out var literal))
        {
            return [literal];
        }

        SocketException? cause = null;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(options.Host, cancellationToken).ConfigureAwait(false);
            if (addresses.Length > 0)
            {
                return addresses;
            }
        }
        catch (SocketException exception)
        {
            cause = exception;
        }

        throw new ConnectionException(ConnectionFailure.NameNotResolved,
            $"The host name '{options.Host}' could not be resolved. Check its spelling and the name service.", cause);
    }

    private async Task<(Socket Socket, IPEndPoint Remote)> ConnectAnyAsync(IPAddress[] addresses, CancellationToken cancellationToken)
    {
        SocketException? cause = null;
        foreach (var address in addresses)
        {
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                var remote = new IPEndPoint(address, options.Port);
                KeepAlive.Enable(socket);
                await socket.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
                return (socket, remote);
            }
            catch (SocketException exception)
            {
                socket?.Dispose();
                cause = exception;
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }

        throw cause!.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new ConnectionException(
                ConnectionFailure.Refused,
                    $"{_target} refused the connection: nothing listens there (yet). Check the address and that the peer runs.", cause),
            SocketError.TimedOut => new ConnectionException(
                ConnectionFailure.TimedOut, $"{_target} did not answer. Check that it runs and that no firewall drops the packets.", cause),
            SocketError.ConnectionReset or SocketError.ConnectionAborted => new ConnectionException(
                ConnectionFailure.ClosedByPeer, $"{_target} closed the connection at once: it may be too busy, or refuse us; see its log.",
                    cause),
            _ => new ConnectionException(
                ConnectionFailure.Unreachable, $"{_target} cannot be reached: {cause.Message}. Check the address and the network.", cause),
        };
    }

    private async Task<ClientConnection> SecureAsync(Socket socket, IPEndPoint remote, CancellationToken cancellationToken)
    {
        // The kernel is not asked where the connection goes: of one that was reset meanwhile it does not know.
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var allowance = new Http2Allowance(TimeProvider.System);
        if (options.Tls is not { } tls)
        {
            var plain = Open(socket, () => new ObservedNetworkStream(socket, allowance));
            return new ClientConnection(options, plain, plain.Observer, new RpcConnection(local, remote, null) { Allowance = allowance });
        }

        var limit = options.TlsLimit?.Invoke();
        Stream inner = Open(socket, () => new NetworkStream(socket, ownsSocket: true));
        var limited = limit is null ? null : new LimitedStream(inner, limit);
        var stream = new ObservedSslStream(limited ?? inner, allowance, limit);
        var handshake = new RpcHandshake(remote, options.Host);
        try
        {
            var tlsOptions = await tls(handshake, cancellationToken).ConfigureAwait(false);
            tlsOptions.ApplicationProtocols = [SslApplicationProtocol.Http2];
            tlsOptions.TargetHost ??= options.Host;
            await stream.AuthenticateAsClientAsync(tlsOptions, cancellationToken).ConfigureAwait(false);
            limited?.CompleteHandshake();
            if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            {
                throw new ConnectionException(
                    ConnectionFailure.NotGrpc, $"{_target} speaks TLS but not HTTP/2. Check that the address is that of a worker.", null);
            }

            var connection = new RpcConnection(local, remote, null, stream) { Allowance = allowance };
            if (options.Refuse?.Invoke(connection) is { } refusal)
            {
                throw new ConnectionException(ConnectionFailure.TlsFailed, $"The connection to {_target} was refused: {refusal}", null);
            }

            return new ClientConnection(options, stream, stream.Observer, connection);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (exception is IOException && handshake.Refusal is null)
            {
                throw new ConnectionException(
                    ConnectionFailure.ClosedByPeer,
                    $"{_target} closed the connection during the TLS handshake: it may be too busy, refuse us, or speak no TLS; see its "
                        + "log.",
                    exception);
            }

            var reason = handshake.Refusal ?? exception.InnerException?.Message ?? exception.Message;
            throw new ConnectionException(ConnectionFailure.TlsFailed, $"The TLS handshake with {_target} failed: {reason}", exception);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="ConnectionException">The peer has reset the connection already, as one does that refuses it.</exception>
    private T Open<T>(Socket socket, Func<T> open)
        where T : NetworkStream
    {
        try
        {
            return open();
        }
        catch (IOException exception)
        {
            socket.Dispose();
            throw new ConnectionException(ConnectionFailure.ClosedByPeer,
                $"{_target} closed the connection at once: it may be too busy, or refuse us; see its log.", exception);
        }
    }
}
