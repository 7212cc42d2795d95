using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc;

/// <summary>
/// Closes an unauthenticated connection without a response if it calls anything but a raw method, its only means of authenticating.
/// </summary>
internal sealed class UnauthenticatedCallFilter(RefusalLog refusals)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.GetRequiredFeature<RpcConnection>();
        if (!connection.IsUnauthenticated
            || (context.GetEndpoint()?.Metadata.GetMetadata<RawMethod>() is not null && GrpcContent.Is(context.Request.ContentType)))
        {
            return next(context);
        }

        refusals.UnauthenticatedCall(connection.Remote);
        connection.Abort();
        return Task.CompletedTask;
    }
}
