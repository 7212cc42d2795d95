using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Serves Lanes.Attach as a raw endpoint: gRPC's headers and trailers, and in between the lane's own messages. Not by Grpc.AspNetCore,
/// which holds whole messages.
/// </summary>
/// <param name="serve">Owns the call while it runs; when it returns, the call ends with OK unless it was cut off. The token fires when the
/// peer has cut it off.</param>
internal sealed class LaneEndpoint(Func<LaneCall, CancellationToken, Task> serve)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // A lane may be of any length, and rest for as long as its handler lets it: the handler has the deadline.
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
