using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SecureCollectives.Rpc;

/// <summary>Serves a method in bytes: gRPC's headers and trailers, and in between the handler's own messages.</summary>
internal sealed class ByteStreamEndpoint(Func<RpcByteStream, CancellationToken, Task> serve)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!GrpcContent.Is(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        // A lane may be of any length, and rest for as long as its handler lets it: the handler has the deadline.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        context.Response.ContentType = GrpcContent.Type;

        var stream = new ServerByteStream(context);
        await using (stream.ConfigureAwait(false))
        {
            await serve(stream, context.RequestAborted).ConfigureAwait(false);
            await stream.EndOutputAsync().ConfigureAwait(false);
        }
    }
}
