using System.Net;
using Grpc.HealthCheck;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace SecureCollectives.Rpc.Tests;

/// <summary>Our host on a loopback port, with the Echo and Health services.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly RpcHost _host;

    private TestServer(RpcHost host, EchoService echo, HealthServiceImpl health, CategoryLog log)
    {
        _host = host;
        Echo = echo;
        Health = health;
        Log = log;
    }

    public EchoService Echo { get; }

    public HealthServiceImpl Health { get; }

    public CategoryLog Log { get; }

    public IPEndPoint EndPoint => _host.EndPoints[0];

    public int Port => EndPoint.Port;

    public static async Task<TestServer> StartAsync(
        Func<RpcListener, RpcListener>? listen = null, Func<RpcHostOptions, RpcHostOptions>? configure = null)
    {
        var echo = new EchoService();
        var health = new HealthServiceImpl();
        health.SetStatus("", ServingStatus.Serving);
        var log = new CategoryLog();
        var listener = new RpcListener(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new RpcHostOptions
        {
            Listeners = [listen?.Invoke(listener) ?? listener],
            Services = new RpcServices().Add(echo).Add(health),
            LoggerFactory = log,
        };
        return new TestServer(await RpcHost.StartAsync(configure?.Invoke(options) ?? options), echo, health, log);
    }

    public Task<ClientConnection> ConnectAsync(Func<ClientConnectionOptions, ClientConnectionOptions>? configure = null)
    {
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = Port };
        return ClientConnection.ConnectAsync(configure?.Invoke(options) ?? options, CancellationToken.None);
    }

    public Task StopAsync(TimeSpan grace) => _host.StopAsync(grace);

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();
}
