using System.Net;
using SecureCollectives.Rpc.Health;

namespace SecureCollectives.Rpc.Tests;

/// <summary>Our server on a loopback port, with the Echo and Health services.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly RpcServer _server;

    private TestServer(RpcServer server, EchoService echo, HealthService health, RecordingLoggerFactory log)
    {
        _server = server;
        Echo = echo;
        Health = health;
        Log = log;
    }

    public EchoService Echo { get; }

    public HealthService Health { get; }

    public RecordingLoggerFactory Log { get; }

    public IPEndPoint EndPoint => _server.EndPoints[0];

    public int Port => EndPoint.Port;

    public static async Task<TestServer> StartAsync(Func<RpcListener, RpcListener>? listen = null, Func<RpcServerOptions, RpcServerOptions>? configure = null)
    {
        var echo = new EchoService();
        var health = new HealthService();
        health.Set("", serving: true);
        var methods = new RpcMethodTable();
        echo.AddTo(methods);
        health.AddTo(methods);
        var log = new RecordingLoggerFactory();
        var listener = new RpcListener(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new RpcServerOptions { Listeners = [listen?.Invoke(listener) ?? listener], Methods = methods, LoggerFactory = log };
        return new TestServer(await RpcServer.StartAsync(configure?.Invoke(options) ?? options), echo, health, log);
    }

    public RpcChannel Connect(Func<RpcChannelOptions, RpcChannelOptions>? configure = null)
    {
        var options = new RpcChannelOptions { Host = "127.0.0.1", Port = Port };
        return new RpcChannel(configure?.Invoke(options) ?? options);
    }

    public Task StopAsync(TimeSpan grace) => _server.StopAsync(grace);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Log.Dispose();
    }
}
