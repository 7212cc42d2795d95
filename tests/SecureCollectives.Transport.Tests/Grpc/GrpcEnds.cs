using System.Net;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Tests.Tcp;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// The gRPC lane transports of two workers, rank 0's connecting and rank 1's accepting, in plaintext or over TLS, and a link between them
/// whose lanes are not connected yet.
/// </summary>
internal sealed class GrpcEnds : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TlsEnds? _tls;
    private readonly GrpcTransport _acceptor;
    private readonly List<GrpcTransport> _others = [];

    private GrpcEnds(TlsEnds? tls, GrpcTransport acceptor, RecordingLoggerFactory logs)
    {
        _tls = tls;
        _acceptor = acceptor;
        Logs = logs;
        Link = LinkEnds.Agree(tls?.Connector.LeafHash ?? default);
        Expect(Link);
    }

    public RecordingLoggerFactory Logs { get; }

    public LinkEnds Link { get; }

    public int Port => _acceptor.Port;

    /// <summary>The addresses of the accepting worker's host; null for those of the name in <see cref="Acceptor"/>.</summary>
    public IPAddress[]? Addresses { private get; set; }

    public TlsOptionsFactory? TlsOfTheConnector => _tls?.ConnectorOptions;

    /// <summary>The issuer of the certificates; only with TLS.</summary>
    public TestPki Pki => _tls!.Pki;

    /// <summary>The accepting worker, as the link knows it.</summary>
    public LaneAcceptor Acceptor => new("127.0.0.1", Port, _tls?.Acceptor ?? LinkEnds.ResponderIdentity);

    /// <param name="tls">Whether lanes run over TLS.</param>
    /// <param name="limits">The limits for unauthenticated connections. A test of time limits uses a separate port from <see
    /// cref="ListenAsync"/>.</param>
    public static async Task<GrpcEnds> StartAsync(bool tls, AdmissionLimits? limits = null)
    {
        var logs = new RecordingLoggerFactory();
        var ends = tls ? new TlsEnds() : null;
        return new GrpcEnds(ends, await StartAsync(ends?.AcceptorOptions, limits ?? Patience.Limits, logs), logs);
    }

    /// <summary>Opens another port of the accepting worker with its own limits, to which the same lanes may connect.</summary>
    public async Task<int> ListenAsync(AdmissionLimits limits)
    {
        var another = await StartAsync(_tls?.AcceptorOptions, limits, Logs);
        _others.Add(another);
        another.Expect(Link.Responder);
        return another.Port;
    }

    public void Expect(LinkEnds link) => _acceptor.Expect(link.Responder);

    public void Forget(LinkEnds link) => _acceptor.Forget(link.Responder);

    /// <summary>Connects a lane as the expected worker or, if <paramref name="somebody"/> is given, as a different one.</summary>
    public async Task<Lane> ConnectAsync(ushort lane, TlsOptionsFactory? somebody = null, LaneAcceptor? acceptor = null,
        LinkEnds? link = null, CancellationToken cancellationToken = default)
    {
        var connector = await StartConnectorAsync(somebody);
        _others.Add(connector);
        return await connector.ConnectAsync(acceptor ?? Acceptor, (link ?? Link).Initiator, lane, cancellationToken)
            .WaitAsync(Limit, CancellationToken.None);
    }

    /// <summary>Connects all lanes, and returns the connecting side's ends and the accepted link.</summary>
    public async Task<(Lane[] Connected, Link Accepted)> ConnectAllAsync()
    {
        var connected = new Lane[LinkEnds.LaneCount];
        for (ushort lane = 0; lane < connected.Length; lane++)
        {
            connected[lane] = await ConnectAsync(lane);
        }

        return (connected, await Link.Responder.Completion.WaitAsync(Limit));
    }

    public Task LoggedAsync(params string[] parts) =>
        Logs.WaitForAsync(message => parts.All(part => message.Contains(part, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_others.Append(_acceptor).Select(transport => transport.DisposeAsync().AsTask())).WaitAsync(Limit);
        Link.Dispose();
        _tls?.Dispose();
    }

    private async Task<GrpcTransport> StartConnectorAsync(TlsOptionsFactory? somebody)
    {
        var options = new LaneTransportOptions(IPAddress.Loopback, Patience.Limits, somebody ?? _tls?.ConnectorOptions, Logs);
        return (GrpcTransport)await GrpcTransport.StartAsync(
            Addresses is { } addresses ? options with { Resolve = (_, _) => Task.FromResult(addresses) } : options, CancellationToken.None);
    }

    private static async Task<GrpcTransport> StartAsync(TlsOptionsFactory? tls, AdmissionLimits limits, RecordingLoggerFactory logs) =>
        (GrpcTransport)await GrpcTransport.StartAsync(
            new LaneTransportOptions(IPAddress.Loopback, limits, tls, logs), CancellationToken.None);
}
