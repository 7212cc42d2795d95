using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SecureCollectives.Rpc;

namespace SecureCollectives.Transport.Grpc;

/// <summary>The server's end of a lane call as bytes: Kestrel's own body pipes.</summary>
internal sealed class AcceptedLaneCall(HttpContext context) : LaneCall
{
    /// <summary>The error code CANCEL (RFC 9113, section 7).</summary>
    private const int Cancel = 0x8;

    private readonly Lock _gate = new();
    private readonly IHttpResetFeature _reset = context.Features.GetRequiredFeature<IHttpResetFeature>();
    private bool _outputEnded;
    private bool _over;

    public override RpcConnection Connection { get; } = context.Features.GetRequiredFeature<RpcConnection>();

    public override PipeReader Input { get; } = context.Request.BodyReader;

    /// <summary>The response's headers are sent with the first flush.</summary>
    public override PipeWriter Output { get; } = context.Response.BodyWriter;

    /// <summary>Ends the response with its status now; the request may continue.</summary>
    public override async ValueTask EndOutputAsync()
    {
        lock (_gate)
        {
            if (_outputEnded || _over)
            {
                return;
            }

            _outputEnded = true;
        }

        context.Response.AppendTrailer(GrpcContent.StatusTrailer, GrpcContent.StatusOk);
        await context.Response.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Always true: Kestrel completes a request's body only if the client has ended it, and throws otherwise.</summary>
    public override bool InputEndedInOrder() => true;

    public override void Abort()
    {
        // Under the lock, because Kestrel reuses its objects for other calls once the handler has returned.
        lock (_gate)
        {
            if (!_over)
            {
                _over = true;
                _reset.Reset(Cancel);
            }
        }
    }

    /// <summary>Drops the reference to the call; the call itself ends when its handler returns.</summary>
    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _over = true;
        }

        return ValueTask.CompletedTask;
    }
}
