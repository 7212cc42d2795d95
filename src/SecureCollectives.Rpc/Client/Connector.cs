using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SecureCollectives.Rpc;

/// <summary>
/// Establishes one connection, to the first address of a host that turns out to be the peer. A name can have several addresses, some of
/// which may be unreachable or belong to another host. For a single call.
/// </summary>
internal sealed class Connector(ClientConnectionOptions options)
{
    private readonly string _target = $"{options.Host}:{options.Port}";

    // The addresses that have not answered so far.
    private readonly List<IPAddress> _left = [];

    /// <exception cref="ConnectionException">No address accepted a connection, or none turned out to be the peer.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _left.AddRange(await ResolveAsync(cancellationToken).ConfigureAwait(false));

        // The last address to be tried gets the full time, like the first.
        var time = options.ConnectTimeout + ((_left.Count - 1) * AttemptSchedule.Stagger);
        var failures = new AddressFailures(_target, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        var started = TimeProvider.System.GetTimestamp();
        while (_left.Count > 0)
        {
            if (await RaceAsync(failures, limit.Token, cancellationToken).ConfigureAwait(false) is not var (socket, remote))
            {
                break;
            }

            // While other addresses are untried, a handshake may use only half of the remaining time: an address that accepts connections
            // and then stays silent must not use up the time for all of them.
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            if (_left.Count > 0)
            {
                var timeLeft = time - TimeProvider.System.GetElapsedTime(started);
                turn.CancelAfter(timeLeft > TimeSpan.Zero ? timeLeft / 2 : TimeSpan.Zero);
            }

            try
            {
                return await SecureAsync(socket, remote, turn.Token).ConfigureAwait(false);
            }
            catch (ConnectionException exception)
            {
                failures.Add(remote.Address, exception);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                failures.AddLate(remote.Address, isConnected: true, exception);
            }
        }

        throw failures.ToException();
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        var lookup = await HostAddresses.TryResolveAsync(options.Host, options.Resolve, TimeProvider.System, cancellationToken)
            .ConfigureAwait(false);
        return lookup.Failure is null
            ? lookup.Addresses
            : throw new ConnectionException(
                ConnectionFailure.NameNotResolved,
                $"The host name '{options.Host}' could not be resolved ({lookup.Failure}). Check its spelling and the name service.",
                lookup.Cause);
    }

    /// <summary>Connects to one of the remaining addresses, and removes those that answered or failed.</summary>
    /// <returns>The connected socket and its address; null if none was connected.</returns>
    private async Task<(Socket Socket, IPEndPoint Remote)?> RaceAsync(
        AddressFailures failures, CancellationToken limit, CancellationToken cancellationToken)
    {
        var race = new AddressRace([.. _left], options.Port, options.ConnectTimeout, TimeProvider.System);
        (Socket Socket, IPEndPoint Remote)? connected = null;
        OperationCanceledException? late = null;
        try
        {
            connected = await race.ConnectAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            late = exception;
        }

        foreach (var (address, cause) in race.Failures)
        {
            failures.Add(address, cause);
            _left.Remove(address);
        }

        if (connected is { Remote.Address: var reached })
        {
            _left.Remove(reached);
        }
        else if (late is not null)
        {
            _left.ForEach(address => failures.AddLate(address, isConnected: false, late));
            _left.Clear();
        }

        return connected;
    }

    private async Task<ClientConnection> SecureAsync(Socket socket, IPEndPoint remote, CancellationToken cancellationToken)
    {
        // Use the end point from the attempt: if the connection has been reset since, the kernel no longer knows the peer's address.
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
            var connection = new RpcConnection(local, remote, null, stream) { Allowance = allowance };
            return Refusal(stream, connection) is { } refusal
                ? throw refusal
                : new ClientConnection(options, stream, stream.Observer, connection);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw HandshakeFailure(handshake, exception);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns why a connection is unusable although its TLS handshake succeeded; null if it is usable.</summary>
    private ConnectionException? Refusal(SslStream stream, RpcConnection connection)
    {
        if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            return new ConnectionException(
                ConnectionFailure.NotGrpc, $"{_target} speaks TLS but not HTTP/2. Check that the address is that of a worker.")
            {
                Summary = "it speaks TLS but not HTTP/2",
            };
        }

        return options.Refuse?.Invoke(connection) is { } refusal
            ? new ConnectionException(ConnectionFailure.TlsFailed, $"The connection to {_target} was refused: {refusal}")
            {
                Summary = refusal,
            }
            : null;
    }

    private ConnectionException HandshakeFailure(RpcHandshake handshake, Exception exception)
    {
        if (exception is IOException && handshake.Refusal is null)
        {
            return new ConnectionException(
                ConnectionFailure.ClosedByPeer,
                $"{_target} closed the connection during the TLS handshake. It may be busy, have refused us, or not use TLS; see its log.",
                exception)
            {
                Summary = "it closed the connection during the TLS handshake",
            };
        }

        var reason = handshake.Refusal ?? exception.InnerException?.Message ?? exception.Message;
        return new ConnectionException(handshake.Failure, $"The TLS handshake with {_target} failed: {reason}", exception)
        {
            Summary = $"the TLS handshake failed: {reason}",
        };
    }

    /// <exception cref="ConnectionException">The peer has already reset the connection, probably to refuse it.</exception>
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
            throw new ConnectionException(
                ConnectionFailure.ClosedByPeer,
                $"{_target} closed the connection immediately. It may be too busy, or may have refused this worker; see its log.",
                exception)
            {
                Summary = "it closed the connection immediately",
            };
        }
    }
}
