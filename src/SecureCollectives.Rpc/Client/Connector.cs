using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SecureCollectives.Rpc;

/// <summary>Makes one connection, and says exactly why not when it cannot.</summary>
internal sealed class Connector(ClientConnectionOptions options)
{
    /// <summary>Addresses in one message.</summary>
    private const int MaxNamed = 4;

    /// <summary>Longer than a resolver takes that asks its second server after the first has not answered for 5 s.</summary>
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(12);

    private readonly string _target = $"{options.Host}:{options.Port}";

    /// <exception cref="ConnectionException">There is no connection, or not the one that was wanted.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // The last address that is tried has the whole time, like the first.
        limit.CancelAfter(options.ConnectTimeout + ((addresses.Length - 1) * AddressRace.Stagger));
        try
        {
            var race = new AddressRace(addresses, options.Port, options.ConnectTimeout, TimeProvider.System);
            var (socket, remote) = await race.ConnectAsync(limit.Token).ConfigureAwait(false) ?? throw NotConnected(race);
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
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResolveTimeout);
        Exception? cause = null;
        try
        {
            var addresses = await options.Resolve(options.Host, limit.Token).ConfigureAwait(false);
            if (addresses.Length > 0)
            {
                return addresses;
            }
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            cause = exception;
        }

        var words = cause switch
        {
            null => "it has no address",
            OperationCanceledException => $"the name service did not answer within {ResolveTimeout.TotalSeconds:0.#} s",
            _ => cause.Message,
        };
        throw new ConnectionException(ConnectionFailure.NameNotResolved,
            $"The host name '{options.Host}' could not be resolved ({words}). Check its spelling and the name service.", cause);
    }

    /// <summary>
    /// Of several addresses the one that got furthest speaks for all: a host that refuses is there, one that does not answer may not be.
    /// </summary>
    private ConnectionException NotConnected(AddressRace race)
    {
        var (_, cause) = race.Failures.MinBy(failure => failure.Cause.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => 0,
            SocketError.ConnectionReset or SocketError.ConnectionAborted => 1,
            SocketError.TimedOut => 2,
            _ => 3,
        });
        var all = race.Failures.Count == 1
            ? string.Empty
            : $" Tried: {string.Join(", ", race.Failures.Take(MaxNamed).Select(tried => $"{tried.Address} ({tried.Cause.Message})"))}"
                + (race.Failures.Count > MaxNamed ? $" and {race.Failures.Count - MaxNamed} more." : ".");
        return cause.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new ConnectionException(
                ConnectionFailure.Refused,
                $"{_target} refused the connection: nothing listens there (yet). Check the address and that the peer runs.{all}", cause),
            SocketError.TimedOut => new ConnectionException(
                ConnectionFailure.TimedOut,
                $"{_target} did not answer. Check that it runs and that no firewall drops the packets.{all}", cause),
            SocketError.ConnectionReset or SocketError.ConnectionAborted => new ConnectionException(
                ConnectionFailure.ClosedByPeer,
                $"{_target} closed the connection at once: it may be too busy, or refuse us; see its log.{all}", cause),
            _ => new ConnectionException(
                ConnectionFailure.Unreachable,
                $"{_target} cannot be reached: {cause.Message}. Check the address and the network.{all}", cause),
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
            throw new ConnectionException(handshake.Failure, $"The TLS handshake with {_target} failed: {reason}", exception);
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
