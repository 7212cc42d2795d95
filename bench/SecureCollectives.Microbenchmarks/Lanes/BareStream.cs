using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Microbenchmarks.Lanes;

/// <summary>A bidirectional HTTP/2 stream without any of our code: an ASP.NET Core server and an HttpClient.</summary>
internal sealed class BareStream : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly HttpMessageInvoker _client;
    private readonly Uri _uri;

    private BareStream(WebApplication server, HttpMessageInvoker client, Uri uri)
    {
        _server = server;
        _client = client;
        _uri = uri;
    }

    public static async Task<BareStream> OpenAsync(Identities? identities)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (identities is not null)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(
                    identities.Server.ForServer([SslApplicationProtocol.Http2], null, _ => { }))
                });
            }
        }));
        var server = builder.Build();
        server.MapPost("/{bytes}", ServeAsync);
        await server.StartAsync();
        var address =
            new Uri(server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        var handler = new SocketsHttpHandler();
        if (identities is not null)
        {
            handler.SslOptions = identities.Client.ForClient([SslApplicationProtocol.Http2], null, _ => { });
        }

        return new BareStream(server, new HttpMessageInvoker(handler), address);
    }

    /// <summary>Sends and receives the given number of bytes at the same time.</summary>
    public async Task TransferAsync(long bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_uri, $"/{bytes}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Body(bytes),
        };
        using var response = await _client.SendAsync(request, CancellationToken.None);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        await ReadAsync(body, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task ServeAsync(HttpContext context, long bytes)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        await context.Response.StartAsync();
        var writing = WriteAsync(context.Response.Body, bytes);
        await ReadAsync(context.Request.Body, bytes);
        await writing;
    }

    private static async Task WriteAsync(Stream stream, long bytes)
    {
        var part = new byte[LaneThroughput.BareBytes];
        for (; bytes > 0; bytes -= part.Length)
        {
            await stream.WriteAsync(part.AsMemory(0, (int)Math.Min(part.Length, bytes)));
        }
    }

    private static async Task ReadAsync(Stream stream, long bytes)
    {
        var part = new byte[LaneThroughput.BareBytes];
        while (bytes > 0)
        {
            var count = await stream.ReadAsync(part);
            bytes -= count > 0 ? count : throw new EndOfStreamException();
        }
    }

    private sealed class Body(long bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(stream, bytes);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
