using System.Collections.Frozen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>
/// Turns one HTTP/2 request into one call. First it must be gRPC at all, else HTTP answers (405, 415); then its method,
/// encoding, timeout and metadata must be understood, else a status answers without a handler; then the handler runs.
/// </summary>
internal sealed class RpcApplication(RpcServerOptions options, ILogger logger) : IHttpApplication<IFeatureCollection>
{
    private readonly FrozenDictionary<string, MethodHandler> _handlers = options.Methods.ToFrozen();

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        IHttpRequestFeature request = context.GetRequiredFeature<IHttpRequestFeature>();
        IHttpResponseFeature response = context.GetRequiredFeature<IHttpResponseFeature>();
        RpcConnection connection = context.GetRequiredFeature<RpcConnection>();

        if (connection.IsStranger && !IsServed(request))
        {
            RpcLog.StrangerWasCutOff(logger, connection.Remote);
            connection.Abort();
            return;
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            RpcLog.RequestWasNotGrpc(logger, connection.Remote, request.Method);
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (!GrpcProtocol.IsGrpc(request.Headers.ContentType))
        {
            RpcLog.RequestWasNotGrpc(logger, connection.Remote, request.Method);
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        await ProcessCallAsync(context, request, connection).ConfigureAwait(false);
    }

    private bool IsServed(IHttpRequestFeature request) =>
        HttpMethods.IsPost(request.Method) && GrpcProtocol.IsGrpc(request.Headers.ContentType) && _handlers.ContainsKey(request.Path);

    private async Task ProcessCallAsync(IFeatureCollection context, IHttpRequestFeature request, RpcConnection connection)
    {
        RpcException? refusal = CallRequest.TryParse(request, out CallRequest parsed);
        CancellationToken aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        using var lifetime = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var call = new RpcServerCall(request.Path, connection, parsed.Metadata, parsed.Timeout, lifetime.Token);
        var exchange = new ServerExchange(context, call, options);

        if (refusal is null && !_handlers.ContainsKey(request.Path))
        {
            refusal = new RpcException(RpcStatusCode.Unimplemented, $"The method {request.Path} is not served here.");
        }

        if (refusal is not null)
        {
            exchange.Finish(refusal.Code, refusal.Message);
            return;
        }

        MethodHandler handler = _handlers[request.Path];
        LiftBodyLimits(context, handler);
        if (parsed.Timeout is { } timeout)
        {
            lifetime.CancelAfter(timeout < CallTimeout.Longest ? timeout : CallTimeout.Longest);
        }

        (RpcStatusCode code, string message) = await InvokeAsync(handler, exchange, aborted).ConfigureAwait(false);
        if (!aborted.IsCancellationRequested)
        {
            exchange.Finish(code, message);
        }
    }

    private async Task<(RpcStatusCode Code, string Message)> InvokeAsync(MethodHandler handler, ServerExchange exchange, CancellationToken aborted)
    {
        RpcServerCall call = exchange.Call;
        try
        {
            await handler.InvokeAsync(exchange).ConfigureAwait(false);
            return (RpcStatusCode.Ok, "");
        }
        catch (RpcException exception)
        {
            foreach (RpcMetadataEntry entry in exception.Trailers)
            {
                call.ResponseTrailers.TryAddFromWire(entry.Name, entry.WireValue);
            }

            return (exception.Code, exception.Message);
        }
#pragma warning disable CA1031 // Whatever a handler throws must become a status; the peer learns nothing else of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (aborted.IsCancellationRequested)
            {
                RpcLog.CallWasAbortedByPeer(logger, call.Method, call.Connection.Remote);
                return (RpcStatusCode.Cancelled, "The call was cancelled by its caller.");
            }

            if (call.CancellationToken.IsCancellationRequested)
            {
                return (RpcStatusCode.DeadlineExceeded, $"The deadline of {call.Method} passed before the server was done.");
            }

            RpcLog.HandlerFailed(logger, exception, call.Method, call.Connection.Remote);
            return (RpcStatusCode.Internal, $"The handler of {call.Method} failed; see the log of the server.");
        }
    }

    /// <summary>
    /// The message limit bounds each message before it is buffered, so the body as a whole needs no limit of its own.
    /// A streamed request may rest for as long as its handler lets it: the handler has the deadline.
    /// </summary>
    private static void LiftBodyLimits(IFeatureCollection context, MethodHandler handler)
    {
        context.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        if (handler.StreamsRequests)
        {
            context.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        }
    }
}
