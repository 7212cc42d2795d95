using Grpc.Core;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;

namespace SecureCollectives.Tests.Links;

/// <summary>A worker service that can alter requests and replies in transit.</summary>
internal sealed class AlteringService(WorkerService inner) : Worker.WorkerBase
{
    public Action<OpenLinkRequest> Request { get; set; } = static _ => { };

    public Action<OpenLinkReply> Reply { get; set; } = static _ => { };

    public override async Task<OpenLinkReply> OpenLink(OpenLinkRequest request, ServerCallContext context)
    {
        Request(request);
        var reply = await inner.OpenLink(request, context);
        Reply(reply);
        return reply;
    }

    public override Task<RequestLinkReply> RequestLink(RequestLinkRequest request, ServerCallContext context) =>
        inner.RequestLink(request, context);
}
