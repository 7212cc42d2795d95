using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>The address to which the lanes of a link connect.</summary>
/// <param name="EndPoint">The endpoint of lanes over the network.</param>
/// <param name="SocketName">The name of the Unix socket of lanes through shared memory; empty if the link has none.</param>
internal readonly record struct LanePlace(HostPort EndPoint, string SocketName)
{
    public MediumCode Medium => SocketName.Length > 0 ? MediumCode.Memory : MediumCode.Network;
}
