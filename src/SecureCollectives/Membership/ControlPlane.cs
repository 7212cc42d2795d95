using System.Net;
using System.Net.Security;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Identity;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>How workers call each other beside the data: mutual TLS gRPC, every certificate held against the rank it must name.</summary>
internal sealed class ControlPlane(IdentitySource identity, ILoggerFactory loggerFactory)
{
    /// <summary>
    /// Connections that a peer may close right after the handshake before that is taken for its last word: it does so when it refuses our
    /// certificate, and then every time, but also when it is just ending.
    /// </summary>
    public const int MaxRefusals = 5;

    /// <summary>
    /// The largest request of a worker, OpenLink's, takes less than 3 KiB, and with as many lanes as there can be less than 6.
    /// </summary>
    private const int MaxRequestBytes = 16 << 10;

    /// <summary>What a connection needs at a time: a Join, an OpenLink or a Watch, and somebody who watches the health.</summary>
    private const int MaxCallsPerConnection = 4;

    private const int MaxWords = 1000;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private static readonly SslApplicationProtocol[] Protocols = [SslApplicationProtocol.Http2];

    public IdentitySource Identity { get; } = identity;

    /// <summary>The same at one port; 0 for any.</summary>
    public Task<RpcHost> ServeAsync(
        IPEndPoint endPoint, RpcServices services, AdmissionLimits limits, CancellationToken cancellationToken) =>
        ServeAsync(endPoint.Address, ListenPorts.Of(endPoint.Port), services, limits, cancellationToken);

    /// <summary>Serves services to the workers of this job; the services say who may call what.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="ports">At one of these ports, the first that is free.</param>
    /// <param name="services">What it serves.</param>
    /// <param name="limits">What unauthenticated connections may cost.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="MembershipException">The address cannot be listened on.</exception>
    public async Task<RpcHost> ServeAsync(
        IPAddress address, ListenPorts ports, RpcServices services, AdmissionLimits limits, CancellationToken cancellationToken)
    {
        var options = new RpcHostOptions
        {
            Listeners =
            [
                new RpcListener(new IPEndPoint(address, ports.First))
                {
                    Ports = ports,
                    Gate = new UnauthenticatedConnectionGate(limits, loggerFactory.CreateLogger<ControlPlane>()),
                    TlsLimit = () => new TlsReceiveLimit(),
                    Peers = new MemberConnections(Identity.Worker),
                    Tls = (handshake, _) => ValueTask.FromResult(
                        Identity.TlsOptions.ForServer(Protocols, expected: null, verdict => handshake.Refusal = verdict.Explanation)),
                },
            ],
            Services = services,
            MaxReceiveMessageSize = MaxRequestBytes,
            MaxConcurrentCallsPerConnection = MaxCallsPerConnection,
            LoggerFactory = loggerFactory,
            HandshakeTimeout = limits.HandshakeTimeout,
            MaxSendMessageSize = int.MaxValue, // A roster grows with the world, and is this side's own.
        };
        try
        {
            return await RpcHost.StartAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcBindException exception) when (ports.IsRange && exception.IsInUse)
        {
            throw new MembershipException(
                MembershipError.Address, $"{ports.Exhausted(address)} Widen SECURE_COLLECTIVES_PORT_RANGE.", exception);
        }
        catch (RpcBindException exception)
        {
            throw new MembershipException(MembershipError.Address, exception.Message, exception);
        }
    }

    /// <summary>Connects to one worker; nobody else is accepted at its address.</summary>
    /// <param name="endPoint">Where it is.</param>
    /// <param name="expected">Who it is.</param>
    /// <param name="maxReplyBytes">The largest message it may answer with.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ConnectionException">It is not there, or is somebody else.</exception>
    public Task<ClientConnection> ConnectAsync(
        HostPort endPoint, WorkerId expected, int maxReplyBytes, CancellationToken cancellationToken) => ClientConnection.ConnectAsync(
        new ClientConnectionOptions
        {
            Host = endPoint.Host,
            Port = endPoint.Port,
            ConnectTimeout = ConnectTimeout,
            MaxSendMessageSize = MaxRequestBytes,
            MaxReceiveMessageSize = maxReplyBytes,
            TlsLimit = () => new TlsReceiveLimit(),
            Tls = (handshake, _) => ValueTask.FromResult(
                Identity.TlsOptions.ForClient(Protocols, expected, verdict => handshake.Refusal = verdict.Explanation)),
        },
        cancellationToken);

    /// <summary>What a failed call says, fit for logs and terminals: the words may be the peer's own.</summary>
    public static string Words(RpcException exception) => PrintableText.Of(exception.Status.Detail, MaxWords);

    /// <summary>Who is at the other end of a call that is served; the handshake has judged the certificate.</summary>
    public static PeerIdentity Caller(ServerCallContext call) => PeerIdentity.Of(
        RpcConnection.Of(call).PeerCertificate ?? throw Refusal(StatusCode.Unauthenticated, "A certificate is needed."));

    /// <summary>What a service throws to refuse a call.</summary>
    public static RpcException Refusal(StatusCode code, string message) => new(new Status(code, message));
}
