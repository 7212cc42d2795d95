using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>The methods of the control plane, as in proto/securecollectives/v1.</summary>
internal static class ControlMethods
{
    public static readonly RpcMethod<JoinRequest, JoinUpdate> Join =
        new(RpcMethodKind.ServerStreaming, "securecollectives.v1.Rendezvous", "Join", JoinRequest.Parser, JoinUpdate.Parser);

    public static readonly RpcMethod<OpenLinkRequest, OpenLinkReply> OpenLink =
        new(RpcMethodKind.Unary, "securecollectives.v1.Worker", "OpenLink", OpenLinkRequest.Parser, OpenLinkReply.Parser);
}
