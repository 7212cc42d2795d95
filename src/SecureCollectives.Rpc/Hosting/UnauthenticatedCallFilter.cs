using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// Closes an unauthenticated connection without a response if it calls anything but a raw method, through which its peer can authenticate.
/// </summary>
internal sealed class UnauthenticatedCallFilter(ILogger logger)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.GetRequiredFeature<RpcConnection>();
        if (!connection.IsUnauthenticated
            || (context.GetEndpoint()?.Metadata.GetMetadata<RawMethod>() is not null && GrpcContent.Is(context.Request.ContentType)))
        {
            return next(context);
        }

        RpcLog.UnauthenticatedCallWasRefused(logger, connection.Remote);
        RpcMetrics.Refused("unauthenticated-call");
        connection.Abort();
        return Task.CompletedTask;
    }
}
