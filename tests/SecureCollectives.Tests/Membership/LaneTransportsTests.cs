using System.Net;
using SecureCollectives.Membership;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Membership;

/// <summary>A job runs each transport that is requested, and runs it once.</summary>
public sealed class LaneTransportsTests : IDisposable
{
    private readonly TestPki _pki = new();
    private readonly RecordingLoggerFactory _logs = new();

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task GetAsync_SameKindAtTheSameTime_IsOneTransport()
    {
        await using var transports = Create(IPAddress.Loopback);
        var asked = Enumerable.Range(0, 8).Select(i => Task.Run(() => transports.GetAsync(
            Parameters(i % 2 == 0 ? Protection.Aead : Protection.UnsafePlaintext), mayShareMemory: true, CancellationToken.None)));
        var got = await Task.WhenAll(asked);

        Assert.All(got, routes => Assert.Same(got[0].Network, routes.Network));
        Assert.All(got, routes => Assert.Same(got[0].Memory, routes.Memory));
        Assert.NotNull(got[0].Memory);
        Assert.Single(_logs.Logger.Entries);
    }

    [Fact]
    public async Task GetAsync_EveryCombination_HasAPortOfItsKind()
    {
        await using var transports = Create(IPAddress.Loopback);
        Assert.Empty(_logs.Logger.Entries);
        var ports = new Dictionary<LaneKind, int>();
        foreach (var name in Combinations.Names)
        {
            var parameters = new GroupParameters(Combinations.Options(name), SuiteCode.Aes256Gcm);
            var transport = (await transports.GetAsync(parameters, mayShareMemory: false, CancellationToken.None)).Network;
            Assert.Equal(transport.Port, ports.GetValueOrDefault(parameters.Lanes, transport.Port));
            ports[parameters.Lanes] = transport.Port;
        }

        Assert.Distinct(ports.Values);
        Assert.Equal(ports.Count, _logs.Logger.Entries.Count);
    }

    [Fact]
    public async Task GetAsync_NotBuilt_SaysSo()
    {
        await using var transports = Create(IPAddress.Loopback);
        var parameters = new GroupParameters(
            new CommunicatorOptions { Transport = (TransportKind)99, Protection = Protection.Tls }, SuiteCode.Aes256Gcm);
        var failure = await Assert.ThrowsAsync<MembershipException>(
            () => transports.GetAsync(parameters, mayShareMemory: true, CancellationToken.None));
        Assert.Equal(MembershipError.Configuration, failure.Error);
        Assert.Contains("Transport 99 with protection Tls is not built into this version", failure.Message);
    }

    [Fact]
    public async Task GetAsync_AddressOfAnotherMachine_NamesTheVariable()
    {
        await using var transports = Create(IPAddress.Parse("192.0.2.1"));
        var failure = await Assert.ThrowsAsync<MembershipException>(
            () => transports.GetAsync(Parameters(Protection.Aead), mayShareMemory: true, CancellationToken.None));
        Assert.Equal(MembershipError.Address, failure.Error);
        Assert.Contains("SECURE_COLLECTIVES_BIND_ADDRESS", failure.Message);
    }

    [Fact]
    public async Task GetAsync_Disposed_IsRefused()
    {
        var transports = Create(IPAddress.Loopback);
        await transports.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => transports.GetAsync(Parameters(Protection.Aead), mayShareMemory: true, CancellationToken.None));
    }

    /// <summary>With gRPC, or if the worker insists on TCP, nothing listens for memory lanes.</summary>
    [Theory]
    [InlineData(TransportKind.Tcp, true, true)]
    [InlineData(TransportKind.Tcp, false, false)]
    [InlineData(TransportKind.Grpc, true, false)]
    public async Task GetAsync_Memory_IsSharedForTcpIfAllowed(TransportKind transport, bool mayShareMemory, bool isShared)
    {
        await using var transports = Create(IPAddress.Loopback);
        var routes = await transports.GetAsync(new GroupParameters(new CommunicatorOptions { Transport = transport }, SuiteCode.Aes256Gcm),
            mayShareMemory, CancellationToken.None);
        Assert.Equal(isShared, routes.Memory is not null);
        Assert.Equal(isShared, !routes.HostMark.IsEmpty);
    }

    private static GroupParameters Parameters(Protection protection) =>
        new(new CommunicatorOptions { Protection = protection }, SuiteCode.Aes256Gcm);

    private LaneTransports Create(IPAddress address) => new(
        new LaneTransportOptions(address, new AdmissionLimits(), _pki.CreateTlsOptions(0), _logs), "127.0.0.1", _pki.Worker(0),
            _logs.Logger);
}
