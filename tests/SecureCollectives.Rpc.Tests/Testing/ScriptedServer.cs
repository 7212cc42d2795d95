using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace SecureCollectives.Rpc.Tests;

/// <summary>An HTTP/2 server that answers every request as its test specifies, in gRPC or not.</summary>
internal sealed class ScriptedServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly Func<HttpContext, Task> _answer;

    private ScriptedServer(KestrelServer kestrel, Func<HttpContext, Task> answer)
    {
        _kestrel = kestrel;
        _answer = answer;
    }

    public int Port { get; private set; }

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var options = new KestrelServerOptions();
        ListenOptions? bound = null;
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            bound = listen;
        });
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance);
        var server = new ScriptedServer(kestrel, answer);
        await kestrel.StartAsync(server, default);
        server.Port = bound!.IPEndPoint!.Port;
        return server;
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _answer(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _kestrel.StopAsync(limit.Token);
        _kestrel.Dispose();
    }
}
