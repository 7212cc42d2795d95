using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Membership;

/// <summary>A control endpoint with two addresses, as rank 0 may have. Its limits apply to both addresses together.</summary>
public sealed class SeveralAddressesTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly IPAddress[] Addresses = [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")];

    /// <summary>Three places for connections that are silent for as long as the test runs.</summary>
    private static readonly AdmissionLimits ThreePlaces = new()
    {
        MaxConnections = 4,
        MaxConnectionsPerSource = 3,
        HandshakeTimeout = TimeSpan.FromMinutes(10),
    };

    private static readonly AdmissionLimits Generous = new()
    {
        MaxHandshakesPerSecond = 100_000,
        MaxHandshakesPerSecondPerSource = 100_000,
    };

    private readonly LocalCluster _cluster = new(2);
    private readonly IdentitySource _identity;
    private RpcHost? _host;

    public SeveralAddressesTests()
    {
        var options = _cluster.Options(0);
        _identity = IdentitySource.Open(
            new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath), TimeProvider.System, NullLogger.Instance);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _identity.Dispose();
        await _cluster.DisposeAsync();
    }

    /// <summary>Two connections at each address make four, so one of them must be closed.</summary>
    [Fact]
    public async Task UnauthenticatedConnections_AtTwoAddresses_ShareThePlaces()
    {
        var endPoints = await ServeAsync(ThreePlaces);
        List<Socket> connections = [];
        try
        {
            foreach (var endPoint in endPoints.Concat(endPoints))
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                connections.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                await socket.ConnectAsync(endPoint);
            }

            var ended = await Task.WhenAny(connections.Select(ReadAsync)).WaitAsync(Limit);

            Assert.Equal(0, await ended);
            await _cluster.Logs.WaitForAsync(message => message.Contains("newer connections took its place", StringComparison.Ordinal));
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public async Task MemberConnections_AtTwoAddresses_AreCountedTogether()
    {
        var endPoints = await ServeAsync(Generous);
        List<ClientConnection> connections = [];
        try
        {
            for (var i = 0; i < MemberConnections.MaxPerWorker; i++)
            {
                connections.Add(await ConnectAsync(endPoints[i % endPoints.Count]));
            }

            Assert.DoesNotContain(_cluster.Logs.Warnings, warning => warning.Contains(TooMany, StringComparison.Ordinal));
            connections.Add(await ConnectAsync(endPoints[0]));

            await _cluster.Logs.WaitForAsync(message => message.Contains(TooMany, StringComparison.Ordinal));
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static string TooMany => $"rank 1 has {MemberConnections.MaxPerWorker} connections already";

    /// <summary>Returns 0 when the peer has closed or reset the connection.</summary>
    private static async Task<int> ReadAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private async Task<IReadOnlyList<IPEndPoint>> ServeAsync(AdmissionLimits limits)
    {
        _host = await new ControlPlane(_identity, _cluster.Logs).ServeAsync(
            Addresses, ListenPorts.Any, new RpcServices(), limits, CancellationToken.None);
        Assert.Equal(Addresses, _host.EndPoints.Select(endPoint => endPoint.Address));
        return _host.EndPoints;
    }

    private Task<ClientConnection> ConnectAsync(IPEndPoint endPoint)
    {
        var tls = _cluster.Pki.CreateTlsOptions(1);
        var options = new ClientConnectionOptions
        {
            Host = $"{endPoint.Address}",
            Port = endPoint.Port,
            ConnectTimeout = Limit,
            Tls = (_, _) => ValueTask.FromResult(tls.ForClient([], expected: null, _ => { })),
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }
}
