using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Serves Lanes.Attach as a raw endpoint: gRPC's headers and trailers with the lane's own messages in between. Grpc.AspNetCore is not used,
/// because it buffers whole messages.
/// </summary>
/// <param name="serve">Serves a call and owns it while it runs. When it returns, the call ends with OK unless it was cut off. The token
/// fires when the peer has cut the call off.</param>
internal sealed class LaneEndpoint(Func<LaneCall, CancellationToken, Task> serve)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // A lane may carry any number of bytes and be idle for as long as its handler allows; the handler enforces the deadline.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        context.Response.ContentType = GrpcContent.Type;

        var call = new AcceptedLaneCall(context);
        await using (call.ConfigureAwait(false))
        {
            await serve(call, context.RequestAborted).ConfigureAwait(false);
            await call.EndOutputAsync().ConfigureAwait(false);
        }
    }
}
