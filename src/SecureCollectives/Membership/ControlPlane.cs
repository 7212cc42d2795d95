using System.Diagnostics;
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

/// <summary>Calls between workers: gRPC over mutual TLS, where every certificate is checked to name the expected rank.</summary>
internal sealed class ControlPlane(IdentitySource identity, ILoggerFactory loggerFactory)
{
    /// <summary>
    /// The number of connections that a peer may close right after the handshake before this counts as a refusal. A peer that refuses our
    /// certificate closes every connection, but so does a peer that is shutting down.
    /// </summary>
    public const int MaxRefusals = 5;

    /// <summary>
    /// The largest request, OpenLink, takes less than 3 KiB, or less than 6 KiB with the maximum number of lanes.
    /// </summary>
    private const int MaxRequestBytes = 16 << 10;

    /// <summary>The concurrent calls that a connection needs: a Join, an OpenLink or a Watch, plus a Watch on the health service.</summary>
    private const int MaxCallsPerConnection = 4;

    private const int MaxWords = 1000;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private static readonly SslApplicationProtocol[] Protocols = [SslApplicationProtocol.Http2];

    public IdentitySource Identity { get; } = identity;

    /// <summary>Resolves a host to its addresses, in the order in which to try them.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = HostResolver.ResolveAsync;

    /// <summary>Records refusals by this worker's control endpoint. Set on rank 0, for the message about missing ranks.</summary>
    public JoinRefusals? Refusals { get; init; }

    /// <summary>Serves on one address and port; port 0 requests an ephemeral port.</summary>
    /// <inheritdoc cref="ServeAsync(IReadOnlyList{IPAddress}, ListenPorts, RpcServices, AdmissionLimits, CancellationToken)"/>
    public Task<RpcHost> ServeAsync(
        IPEndPoint endPoint, RpcServices services, AdmissionLimits limits, CancellationToken cancellationToken) =>
        ServeAsync([endPoint.Address], ListenPorts.Of(endPoint.Port), services, limits, cancellationToken);

    /// <summary>Serves services to the workers of this job. The services decide which rank may make which call.</summary>
    /// <param name="addresses">The addresses to listen on, at least one.</param>
    /// <param name="ports">The ports to listen on; each address takes the first that is free.</param>
    /// <param name="services">The services.</param>
    /// <param name="limits">The limits on the combined cost of unauthenticated connections to all of the addresses.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="MembershipException">An address cannot be bound.</exception>
    public async Task<RpcHost> ServeAsync(
        IReadOnlyList<IPAddress> addresses,
        ListenPorts ports,
        RpcServices services,
        AdmissionLimits limits,
        CancellationToken cancellationToken)
    {
        var options = new RpcHostOptions
        {
            Listeners = [.. addresses.Select(address => Listener(new IPEndPoint(address, ports.First), ports))],
            Gate = new UnauthenticatedConnectionGate(limits, loggerFactory.CreateLogger<ControlPlane>()),
            Peers = new MemberConnections(Identity.Worker),
            Services = services,
            MaxReceiveMessageSize = MaxRequestBytes,
            MaxConcurrentCallsPerConnection = MaxCallsPerConnection,
            LoggerFactory = loggerFactory,
            HandshakeTimeout = limits.HandshakeTimeout,
            MaxSendMessageSize = int.MaxValue, // The roster grows with the world size, and this side creates it.
        };
        try
        {
            return await RpcHost.StartAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcBindException exception) when (ports.IsRange && exception.IsInUse)
        {
            throw new MembershipException(
                MembershipError.Address, $"{ports.Exhausted(exception.EndPoint.Address)} Widen SECURE_COLLECTIVES_PORT_RANGE.", exception);
        }
        catch (RpcBindException exception)
        {
            throw new MembershipException(MembershipError.Address, DescriptorLimit.Exhaustion(exception) ?? exception.Message, exception);
        }
    }

    /// <summary>Connects to a worker, accepting no identity but the expected one.</summary>
    /// <param name="endPoint">The worker's control endpoint.</param>
    /// <param name="expected">The worker's identity.</param>
    /// <param name="maxReplyBytes">The maximum size of its replies in bytes.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ConnectionException">The worker cannot be reached, or has another identity.</exception>
    public Task<ClientConnection> ConnectAsync(
        HostPort endPoint, WorkerId expected, int maxReplyBytes, CancellationToken cancellationToken) => ClientConnection.ConnectAsync(
        new ClientConnectionOptions
        {
            Host = endPoint.Host,
            Resolve = Resolve,
            Port = endPoint.Port,
            ConnectTimeout = ConnectTimeout,
            MaxSendMessageSize = MaxRequestBytes,
            MaxReceiveMessageSize = maxReplyBytes,
            TlsLimit = () => new TlsReceiveLimit(),
            Tls = (handshake, _) => ValueTask.FromResult(
                Identity.TlsOptions.ForClient(Protocols, expected, verdict => Refuse(handshake, verdict))),
        },
        cancellationToken);

    /// <summary>Returns the message of a failed call, made printable because the peer may have written it.</summary>
    public static string Words(RpcException exception) => exception is ConnectionException
        ? DescriptorLimit.Exhaustion(exception) ?? PrintableText.Of(exception.Status.Detail, MaxWords)
        : PrintableText.Of(exception.Status.Detail, MaxWords);

    /// <summary>
    /// Returns the identity of the caller. The handshake has verified the certificate. Once the certificate has expired, further calls on
    /// the connection are refused.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="self">The identity of this worker.</param>
    /// <param name="now">The time at which the certificate must be valid.</param>
    public static PeerIdentity Caller(ServerCallContext call, WorkerId self, DateTimeOffset now)
    {
        var certificate = RpcConnection.Of(call).PeerCertificate ?? throw Refusal(StatusCode.Unauthenticated, "A certificate is required.");
        var caller = PeerIdentity.Of(certificate, self.Map);
        return now < caller.NotAfter
            ? caller
            : throw Refusal(
                StatusCode.Unauthenticated,
                $"The certificate of rank {caller.Worker.Rank} with which this connection was opened expired at {caller.NotAfter:u}; "
                    + "connect again with a renewed one.");
    }

    /// <summary>Returns this worker's identity as it presented it on a connection.</summary>
    /// <param name="connection">A connection of the control plane.</param>
    /// <param name="map">Maps identities to ranks.</param>
    public static PeerIdentity Own(RpcConnection connection, IdentityMap map) => connection is
    { OwnCertificate: { } own, PresentedCertificate: { } presented }
        ? PeerIdentity.OfOwn(own, presented, map)
        : throw new UnreachableException("The TLS handshake completed without our certificate.");

    /// <summary>Returns the exception with which a service refuses a call.</summary>
    public static RpcException Refusal(StatusCode code, string message) => new(new Status(code, message));

    private static void Refuse(RpcHandshake handshake, CertificateVerdict verdict)
    {
        handshake.Refusal = verdict.Explanation;
        handshake.RefusalKind = verdict.Refusal?.ToString();
        handshake.Failure = verdict.Refusal switch
        {
            CertificateRefusal.OtherWorker => ConnectionFailure.OtherPeer,
            { } refusal when refusal.MayPass() => ConnectionFailure.NotTrustedNow,
            _ => ConnectionFailure.TlsFailed,
        };
    }

    private RpcListener Listener(IPEndPoint endPoint, ListenPorts ports) => new(endPoint)
    {
        Ports = ports,
        TlsLimit = () => new TlsReceiveLimit(),
        Tls = (handshake, _) => ValueTask.FromResult(Identity.TlsOptions.ForServer(Protocols, expected: null, verdict =>
        {
            Refuse(handshake, verdict);
            Refusals?.Add(handshake.Remote, verdict);
        })),
        HandshakeFailed = (remote, reason) => Refusals?.Add(remote, reason),
        PeerLeftAtOnce = Refusals is null ? null : connection => Refusals.AddDeparture(
            PeerIdentity.Of(connection.PeerCertificate!, Identity.Worker.Map).Worker, connection.Remote),
    };
}
