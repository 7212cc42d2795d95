using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Lanes over raw TCP, bare or inside TLS: a port of their own, one connection a lane.</summary>
internal sealed class TcpTransport : LaneTransport
{
    /// <summary>An acceptor answers within a round trip; after this the attempt is given up and another link may be tried.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly LaneListener _listener;
    private readonly TlsOptionsFactory? _tls;

    private TcpTransport(LaneTransportOptions options)
    {
        _tls = options.Tls;
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
            throw new LaneListenException($"No port can be opened at {options.Address}: {exception.Message}", exception);
        }
    }

    public override void Expect(PendingLink link) => _listener.Expect(link);

    public override void Forget(PendingLink link) => _listener.Forget(link);

    public override async Task<Lane> ConnectAsync(LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(acceptor.Host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new LaneConnectException($"The name '{acceptor.Host}' of a peer cannot be resolved.", exception);
        }

        return await Task.Factory.StartNew(
            () => ConnectAny(addresses, acceptor, keys, lane, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>A name can have addresses of which not all are reachable: the first that answers is taken.</summary>
    private Lane ConnectAny(IPAddress[] addresses, LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        LaneConnectException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return new TcpLaneConnector(
                    new IPEndPoint(address, acceptor.Port), keys, lane, _tls, ConnectTimeout, cancellationToken).Connect(acceptor.Peer);
            }
            catch (LaneConnectException exception)
            {
                failure ??= exception;
            }
        }

        throw failure ?? new LaneConnectException($"The name '{acceptor.Host}' of a peer has no address.");
    }

    public override ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
