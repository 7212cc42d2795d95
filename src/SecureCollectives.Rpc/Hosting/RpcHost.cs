using System.Net;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// A gRPC server for use inside a library: Kestrel and Grpc.AspNetCore in a host without configuration. It reads no environment variables
/// or settings files, handles no signals and writes nothing to the console. A process may run any number of them.
/// </summary>
internal sealed class RpcHost : IAsyncDisposable
{
    private const int MaxHeadersSize = 16 * 1024;
    private const int MaxHeaderCount = 64;

    private readonly WebApplication _application;
    private readonly RpcHostOptions _options;
    private int _stopped;

    private RpcHost(WebApplication application, IReadOnlyList<IPEndPoint> endPoints, RpcHostOptions options)
    {
        _application = application;
        _options = options;
        EndPoints = endPoints;
    }

    /// <summary>The addresses that the server listens on, with the ports actually bound, in the order of its listeners.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Starts a server.</summary>
    /// <exception cref="RpcBindException">An address could not be bound.</exception>
    public static async Task<RpcHost> StartAsync(RpcHostOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Listeners.Count == 0)
        {
            throw new ArgumentException("A server needs at least one listener.", nameof(options));
        }

        List<ListenOptions> bound = [];
        var application = Build(options, bound);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Close the listeners that were bound before the one that failed.
            await application.DisposeAsync().ConfigureAwait(false);
            options.Gate?.Dispose();
            throw;
        }

        return new RpcHost(application, [.. bound.Select(listen => listen.IPEndPoint!)], options);
    }

    /// <summary>
    /// Stops listening, waits up to the given time for open calls to end, and cuts off the rest. Repeated calls do nothing.
    /// </summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(grace);
        try
        {
            await _application.StopAsync(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            await _application.DisposeAsync().ConfigureAwait(false);
            _options.Gate?.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_options.StopGrace).ConfigureAwait(false);

    private static WebApplication Build(RpcHostOptions options, List<ListenOptions> bound)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(RpcHost).Assembly.GetName().Name,
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        ILogger logger = options.LoggerFactory.CreateLogger<RpcHost>();
        var refusals = new RefusalLog(logger, TimeProvider.System);
        var services = builder.Services;
        services.AddSingleton<ILoggerFactory>(new HostLoggerFactory(options.LoggerFactory));
        services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Configure(kestrel, options);
            Listen(kestrel, options, refusals, bound);
        });
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = options.ReadAhead);
        services.AddSingleton<SocketTransportFactory>();
        services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory>(provider => new BindingFactory(
            provider.GetRequiredService<SocketTransportFactory>(), options, logger, refusals)));
        if (options.Blocks is { } blocks)
        {
            services.Replace(ServiceDescriptor.Singleton<IMemoryPoolFactory<byte>>(blocks));
        }

        AddServices(services, options);

        var application = builder.Build();
        application.Use(new UnauthenticatedCallFilter(refusals).InvokeAsync);
        options.Services.Map(application);
        return application;
    }

    private static void Listen(KestrelServerOptions kestrel, RpcHostOptions options, RefusalLog refusals, List<ListenOptions> bound)
    {
        foreach (var listener in options.Listeners)
        {
            var middleware = new ConnectionMiddleware(listener, options, refusals);
            kestrel.Listen(listener.EndPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => context => middleware.InvokeAsync(context, next));
                bound.Add(listen);
            });
        }
    }

    private static void AddServices(IServiceCollection services, RpcHostOptions options)
    {
        services.AddRoutingCore();
        options.Services.Register(services);
        if (!options.Services.HasGrpc)
        {
            return;
        }

        services.AddSingleton<CancellationInterceptor>(); // Without this, each call would create one.
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.MaxReceiveMessageSize;
            grpc.MaxSendMessageSize = options.MaxSendMessageSize;
            grpc.EnableDetailedErrors = false;
            grpc.Interceptors.Add<CancellationInterceptor>();
        });

        // Compression is off, because decompressing costs the receiver more than compressing costs the sender. AddGrpc adds gzip after its
        // own delegate has run, so it is removed here.
        services.PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders = []);
    }

    private static void Configure(KestrelServerOptions kestrel, RpcHostOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.KeepAliveTimeout = options.IdleTimeout;

        // One window larger than the largest message, so that gRPC can refuse an overlong message by its header, with a gRPC status.
        limits.MaxRequestBodySize = options.MaxReceiveMessageSize + options.FlowControl.StreamWindow;
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
    }
}
