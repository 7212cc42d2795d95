using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Lanes over raw TCP, with or without TLS: one port for lanes only, one connection per lane.</summary>
internal sealed class TcpTransport : LaneTransport
{
    /// <summary>
    /// The time limit for an attempt. An acceptor answers within a round trip; after the limit, another link may be tried.
    /// </summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly LaneListener _listener;
    private readonly TlsOptionsFactory? _tls;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    private TcpTransport(LaneTransportOptions options)
    {
        _tls = options.Tls;
        _resolve = options.Resolve;
        var acceptor = TcpAcceptor.Listen(options.Address, options.Ports);
        Port = acceptor.Port;
        _listener = new LaneListener(acceptor, options.Limits, options.Tls, options.LoggerFactory.CreateLogger<TcpTransport>());
    }

    public override int Port { get; }

    /// <inheritdoc cref="StartLaneTransport"/>
    public static Task<LaneTransport> StartAsync(LaneTransportOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<LaneTransport>(new TcpTransport(options));
        }
        catch (SocketException exception) when (options.Ports.IsRange && exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new LaneListenException(options.Ports.Exhausted(options.Address), exception) { PortsAreInUse = true };
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new LaneListenException($"Could not open a port at {options.Address}: {exception.Message}", exception);
        }
    }

    public override void Expect(PendingLink link) => _listener.Expect(link);

    public override void Forget(PendingLink link) => _listener.Forget(link);

    public override async Task<Lane> ConnectAsync(LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await _resolve(acceptor.Host, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new LaneConnectException(
                $"Could not resolve the peer's host name '{acceptor.Host}': {exception.Message}.", exception);
        }

        return await Task.Factory.StartNew(
            () => ConnectAny(addresses, acceptor, keys, lane, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>
    /// Connects to the first address that answers as the peer. A name can have several addresses, some of which may be unreachable or
    /// belong to other hosts.
    /// </summary>
    private Lane ConnectAny(IPAddress[] addresses, LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        List<IPEndPoint> left = [.. addresses.Select(address => new IPEndPoint(address, acceptor.Port))];
        LaneConnectException? failure = null;
        while (left.Count > 0)
        {
            var connector = new TcpLaneConnector(left, keys, lane, _tls, ConnectTimeout, cancellationToken);
            try
            {
                return connector.Connect(acceptor.Peer);
            }
            catch (LaneConnectException exception) when (connector.Connected is { } connected && left.Remove(connected))
            {
                failure ??= exception;
            }
        }

        throw failure ?? new LaneConnectException($"The peer's host name '{acceptor.Host}' has no address.");
    }

    public override ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
