using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>Where the lanes of a link connect.</summary>
/// <param name="EndPoint">The port for lanes over the network.</param>
/// <param name="SocketName">The Unix socket for lanes through memory, where the link has them; otherwise empty.</param>
internal readonly record struct LanePlace(HostPort EndPoint, string SocketName)
{
    public MediumCode Medium => SocketName.Length > 0 ? MediumCode.Memory : MediumCode.Network;
}
