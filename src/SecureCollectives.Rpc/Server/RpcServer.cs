using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SecureCollectives.Rpc;

/// <summary>
/// A gRPC server: Kestrel as a plain object. There is no host, no configuration, no service container, so no environment
/// variable or settings file is read, no signal is handled and nothing goes to the console.
/// </summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private const int MaxHeadersSize = 16 * 1024;
    private const int MaxHeaderCount = 64;

    private readonly KestrelServer _kestrel;
    private readonly TimeSpan _stopGrace;
    private int _stopped;

    private RpcServer(KestrelServer kestrel, IReadOnlyList<IPEndPoint> endPoints, TimeSpan stopGrace)
    {
        _kestrel = kestrel;
        _stopGrace = stopGrace;
        EndPoints = endPoints;
    }

    /// <summary>Where the server listens, in the order of its listeners, with the ports that were really taken.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <exception cref="RpcBindException">An address could not be listened on.</exception>
    public static async Task<RpcServer> StartAsync(RpcServerOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Listeners.Count == 0)
        {
            throw new ArgumentException("A server needs at least one listener.", nameof(options));
        }

        ILogger logger = options.LoggerFactory.CreateLogger<RpcServer>();
        KestrelServerOptions kestrelOptions = Configure(options);
        List<ListenOptions> bound = [];
        foreach (RpcListener listener in options.Listeners)
        {
            var entrance = new ConnectionEntrance(listener, options.HandshakeTimeout, logger);
            kestrelOptions.Listen(listener.EndPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => context => entrance.EnterAsync(context, next));
                bound.Add(listen);
            });
        }

        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), options.LoggerFactory);
        var kestrel = new KestrelServer(Options.Create(kestrelOptions), new BindingFactory(sockets), options.LoggerFactory);
        try
        {
            await kestrel.StartAsync(new RpcApplication(options, logger), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Listeners that were bound before the one that failed must not stay.
            await kestrel.StopAsync(CancellationToken.None).ConfigureAwait(false);
            kestrel.Dispose();
            throw;
        }

        return new RpcServer(kestrel, [.. bound.Select(listen => listen.IPEndPoint!)], options.StopGrace);
    }

    /// <summary>Stops listening, lets open calls end for the given time, then cuts them off. Repeating it does nothing.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(grace);
        await _kestrel.StopAsync(limit.Token).ConfigureAwait(false);
        _kestrel.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(_stopGrace).ConfigureAwait(false);

    private static KestrelServerOptions Configure(RpcServerOptions options)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        KestrelServerLimits limits = kestrel.Limits;
        limits.KeepAliveTimeout = options.IdleTimeout;
        limits.MaxRequestHeadersTotalSize = MaxHeadersSize;
        limits.MaxRequestHeaderCount = MaxHeaderCount;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeadersSize;
        limits.Http2.MaxStreamsPerConnection = options.MaxConcurrentCallsPerConnection;
        limits.Http2.KeepAlivePingDelay = options.KeepAlivePingDelay;
        limits.Http2.KeepAlivePingTimeout = options.KeepAlivePingTimeout;
        limits.Http2.InitialConnectionWindowSize = options.FlowControl.ConnectionWindow;
        limits.Http2.InitialStreamWindowSize = options.FlowControl.StreamWindow;
        if (!options.EnforceMinimumDataRates)
        {
            limits.MinRequestBodyDataRate = null;
            limits.MinResponseDataRate = null;
        }

        return kestrel;
    }
}
