using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Membership;

/// <summary>
/// The ways in which lanes of one kind are made: over the network, and through memory where the peer is a worker of the same host.
/// </summary>
/// <param name="Network">Connects and accepts over the network.</param>
/// <param name="EndPoint">Where peers connect over the network.</param>
internal sealed record LaneRoutes(LaneTransport Network, HostPort EndPoint)
{
    /// <summary>Connects and accepts through memory; null where this worker shares none.</summary>
    public SharedMemoryTransport? Memory { get; init; }

    /// <summary>The mark of this host; empty where this worker shares no memory.</summary>
    public ReadOnlyMemory<byte> HostMark { get; init; }

    /// <summary>What a responder makes of a caller's mark.</summary>
    public MediumCode Choose(ReadOnlySpan<byte> callerMark) =>
        Memory is not null && !HostMark.IsEmpty && callerMark.SequenceEqual(HostMark.Span) ? MediumCode.Memory : MediumCode.Network;

    /// <summary>What accepts the lanes of a medium that this worker has.</summary>
    public ILaneListener Listener(MediumCode medium) => medium == MediumCode.Memory ? Memory! : Network;

    /// <summary>Connects one lane to where an answer says.</summary>
    /// <param name="lanes">Where.</param>
    /// <param name="peer">Who must answer.</param>
    /// <param name="keys">The link's keys.</param>
    /// <param name="lane">The lane's number.</param>
    /// <param name="payloadBytes">The longest payload that it is to carry.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LaneConnectException">The lane could not be made.</exception>
    public Task<Lane> ConnectAsync(LanePlace lanes, PeerIdentity peer, LinkKeys keys, ushort lane, int payloadBytes,
        CancellationToken cancellationToken) => lanes.Medium == MediumCode.Memory
        ? Memory!.ConnectAsync(lanes.SocketName, peer, keys, lane, payloadBytes, cancellationToken)
        : Network.ConnectAsync(new LaneAcceptor(lanes.EndPoint.Host, lanes.EndPoint.Port, peer), keys, lane, cancellationToken);
}
