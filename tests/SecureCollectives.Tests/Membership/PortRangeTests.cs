using System.Net;
using System.Net.Sockets;
using SecureCollectives.Membership;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// A worker listens only on ports in the configured range, which a firewall lets through. Workers on one host share the range.
/// </summary>
public sealed class PortRangeTests
{
    private const int Workers = 3;

    [Fact]
    public async Task Join_WorkersOfOneHost_ShareTheRange()
    {
        await using var cluster = new LocalCluster(Workers);
        // Two control ports, because rank 0 uses the master port, and three lane ports.
        var first = FreeRange(2 + Workers);
        var jobs = await Task.WhenAll(
            Enumerable.Range(0, Workers).Select(rank => cluster.JoinAsync(Options(cluster, rank, first, 2 + Workers))));
        await LocalCluster.OpenAllAsync(jobs, "ranged", () => new CommunicatorOptions { LocalTransport = LocalTransport.Tcp });

        var ports = Enumerable.Range(0, Workers).Select(rank => RunningJob.Ports(cluster, rank)).ToArray();
        Assert.Equal(cluster.MasterPort, ports[0].Control);
        Assert.Equal(
            Enumerable.Range(first, 2 + Workers), ports.Select(of => of.Lanes).Concat(ports[1..].Select(of => of.Control)).Order());
    }

    [Fact]
    public async Task Join_NoPortIsFree_NamesTheRangeAndWhatAWorkerNeeds()
    {
        await using var cluster = new LocalCluster(2);
        var first = FreeRange(2);
        using var one = Listen(first);
        using var other = Listen(first + 1);

        var options = Options(cluster, 1, first, 2);
        // With a bind address the worker listens immediately, not only after it has reached rank 0.
        options.BindAddress = "127.0.0.1";
        var failure = await Assert.ThrowsAsync<MembershipException>(() => cluster.JoinAsync(options));
        Assert.Equal(MembershipError.Address, failure.Error);
        Assert.Equal(
            $"All ports in the range {first}-{first + 1} are in use at 127.0.0.1. Each worker on a host takes one for control "
                + "(except rank 0) and one for each kind of lane that it uses, at most 5 in total. Widen SECURE_COLLECTIVES_PORT_RANGE.",
            failure.Message);
    }

    [Theory]
    [InlineData(TransportKind.Tcp, Protection.Aead)]
    [InlineData(TransportKind.Tcp, Protection.Tls)]
    [InlineData(TransportKind.Grpc, Protection.Aead)]
    [InlineData(TransportKind.Grpc, Protection.Tls)]
    public async Task GetAsync_NoPortIsFree_EachKindOfLanesSaysSo(TransportKind transport, Protection protection)
    {
        var first = FreeRange(2);
        using var pki = new TestPki();
        using var logs = new RecordingLoggerFactory();
        await using var transports = new LaneTransports(
            new LaneTransportOptions(IPAddress.Loopback, new AdmissionLimits(), pki.CreateTlsOptions(0), logs)
            {
                Ports = new ListenPorts(first, first + 1, Start: 1),
            },
            "127.0.0.1", pki.Worker(0), logs.Logger);
        var parameters = new GroupParameters(
            new CommunicatorOptions { Transport = transport, Protection = protection }, SuiteCode.Aes256Gcm);
        using (Listen(first))
        using (Listen(first + 1))
        {
            var failure = await Assert.ThrowsAsync<MembershipException>(
                () => transports.GetAsync(parameters, mayShareMemory: false, CancellationToken.None));
            Assert.Contains($"All ports in the range {first}-{first + 1} are in use", failure.Message);
            Assert.EndsWith("Widen SECURE_COLLECTIVES_PORT_RANGE.", failure.Message);
        }

        // The port at which this worker starts is in use, so it uses the remaining one.
        using var taken = Listen(first + 1);
        Assert.Equal(first, (await transports.GetAsync(parameters, mayShareMemory: false, CancellationToken.None)).Network.Port);
    }

    [Fact]
    public void From_Ranks_StartApartAndWrapAround()
    {
        Assert.True(ListenPorts.TryParse("29600-29607", out var ports));
        Assert.Equal([29600, 29601, 29602, 29603, 29604, 29605, 29606, 29607], ports.From(0));
        Assert.Equal([29605, 29606, 29607, 29600, 29601, 29602, 29603, 29604], ports.From(1));
        Assert.Equal(29602, ports.From(2).First());
        Assert.Equal([29600, 29602, 29603], new ListenPorts(29600, 29603, Start: 0) { Except = 29601 });
        Assert.Equal([0], ListenPorts.Any.From(7));
    }

    private static JobOptions Options(LocalCluster cluster, int rank, int first, int count)
    {
        var options = cluster.Options(rank);
        options.PortRange = $"{first}-{first + count - 1}";
        return options;
    }

    /// <summary>Returns the first of several consecutive free ports, below the ephemeral port range.</summary>
    private static int FreeRange(int count)
    {
        while (true)
        {
            var first = Random.Shared.Next(20_000, 32_000);
            try
            {
                Enumerable.Range(first, count).Select(Listen).ToList().ForEach(listener => listener.Dispose());
                return first;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // One of the ports is in use.
            }
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
