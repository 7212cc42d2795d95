using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Lanes over gRPC: one port that serves nothing else, one HTTP/2 connection per lane, in plaintext (h2c) or in mutual TLS under the
/// control plane's rules. One class serves both, because only the listener differs.
/// </summary>
internal sealed class GrpcTransport : LaneTransport
{
    private static readonly SslApplicationProtocol[] Protocols = [SslApplicationProtocol.Http2];

    /// <summary>
    /// How long disposal waits for lanes that were just disposed to end in an orderly way; other lanes are cut off. Short, because it
    /// prolongs the disposal of a job if a peer is idle. So after a failure, a program that exits together with its communicator gives its
    /// abort only this long to arrive, in addition to the loop's own abort time, rather than a lane's full linger time.
    /// </summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    private readonly RpcHost _host;
    private readonly PendingLinks _links;
    private readonly GrpcLaneConnector _connector;
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientConnection, Task> _connected = [];

    private GrpcTransport(RpcHost host, PendingLinks links, GrpcLaneConnector connector)
    {
        _host = host;
        _links = links;
        _connector = connector;
    }

    public override int Port => _host.EndPoints[0].Port;

    /// <inheritdoc cref="StartLaneTransport"/>
    public static async Task<LaneTransport> StartAsync(LaneTransportOptions options, CancellationToken cancellationToken)
    {
        var links = new PendingLinks();
        var acceptor = new GrpcLaneAcceptor(links, options.Limits.HelloTimeout, options.LoggerFactory.CreateLogger<GrpcTransport>());
        try
        {
            var host = await RpcHost.StartAsync(HostOptions(options, acceptor), cancellationToken).ConfigureAwait(false);
            return new GrpcTransport(host, links, new GrpcLaneConnector(options.Tls, options.Resolve));
        }
        catch (RpcBindException exception) when (options.Ports.IsRange && exception.IsInUse)
        {
            throw new LaneListenException(options.Ports.Exhausted(options.Address), exception) { PortsAreInUse = true };
        }
        catch (RpcBindException exception)
        {
            throw new LaneListenException(exception.Message, exception);
        }
    }

    public override void Expect(PendingLink link) => _links.Add(link);

    public override void Forget(PendingLink link) => _links.Remove(link);

    public override async Task<Lane> ConnectAsync(LaneAcceptor acceptor, LinkKeys keys, ushort lane, CancellationToken cancellationToken)
    {
        var (connected, connection) = await _connector.ConnectAsync(acceptor, keys, lane, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _connected.Add(connection, CloseAfterAsync(connected, connection));
        }

        return connected;
    }

    public override async ValueTask DisposeAsync()
    {
        Task[] closing;
        lock (_gate)
        {
            closing = [.. _connected.Values];
        }

        var stopping = _host.StopAsync(StopGrace);
        await ((Task)Task.WhenAll(closing).WaitAsync(StopGrace)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ClientConnection[] rest;
        lock (_gate)
        {
            rest = [.. _connected.Keys];
        }

        foreach (var connection in rest)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await stopping.ConfigureAwait(false);
    }

    private static RpcHostOptions HostOptions(LaneTransportOptions options, GrpcLaneAcceptor acceptor) => new()
    {
        Listeners =
        [
            new RpcListener(new IPEndPoint(options.Address, 0))
            {
                Ports = options.Ports,
                TlsLimit = () => new TlsReceiveLimit(),
                Unauthenticated = new UnauthenticatedLimits(options.Limits.HelloTimeout, GrpcLaneSettings.UnauthenticatedBytes),
                Tls = options.Tls is not { } tls
                    ? null
                    : (handshake, _) =>
                        ValueTask.FromResult(tls.ForServer(Protocols, expected: null, verdict => handshake.Refusal = verdict.Explanation)),
            },
        ],
        Gate = new UnauthenticatedConnectionGate(options.Limits, options.LoggerFactory.CreateLogger<GrpcTransport>()),
        Services = new RpcServices().AddRaw(GrpcLaneSettings.Attach, new LaneEndpoint(acceptor.AttachAsync).InvokeAsync),
        LoggerFactory = options.LoggerFactory,
        MaxConcurrentCallsPerConnection = 1,
        HandshakeTimeout = options.Limits.HandshakeTimeout,
        IdleTimeout = GrpcLaneSettings.IdleTimeout,
        KeepAlivePingDelay = GrpcLaneSettings.PingDelay,
        KeepAlivePingTimeout = GrpcLaneSettings.PingTimeout,
        Blocks = new BlockPool(),
        ReadAhead = GrpcLaneSettings.ReadAhead,
        FlowControl = new RpcFlowControl(GrpcLaneSettings.Window, GrpcLaneSettings.Window),

        // Kestrel has no per-call setting for responses. Only lanes are served here, and a connection that does not become one is closed
        // when the time limit for a hello expires.
        EnforceMinimumDataRates = false,
    };

    private async Task CloseAfterAsync(GrpcLane lane, ClientConnection connection)
    {
        await lane.Closed.ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _connected.Remove(connection);
        }
    }
}
