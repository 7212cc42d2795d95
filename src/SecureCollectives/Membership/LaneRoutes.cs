using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Membership;

/// <summary>
/// The routes for lanes of one kind: over the network, and through shared memory if the peer is on the same host.
/// </summary>
/// <param name="Network">Connects and accepts over the network.</param>
/// <param name="EndPoint">The endpoint to which peers connect over the network.</param>
internal sealed record LaneRoutes(LaneTransport Network, HostPort EndPoint)
{
    /// <summary>Connects and accepts through shared memory; null if this worker does not share memory.</summary>
    public SharedMemoryTransport? Memory { get; init; }

    /// <summary>The mark that identifies this host; empty if this worker does not share memory.</summary>
    public ReadOnlyMemory<byte> HostMark { get; init; }

    /// <summary>Returns the medium that a responder chooses for a caller with this mark.</summary>
    public MediumCode Choose(ReadOnlySpan<byte> callerMark) =>
        Memory is not null && !HostMark.IsEmpty && callerMark.SequenceEqual(HostMark.Span) ? MediumCode.Memory : MediumCode.Network;

    /// <summary>Returns the listener that accepts lanes of a medium.</summary>
    public ILaneListener Listener(MediumCode medium) => medium == MediumCode.Memory ? Memory! : Network;

    /// <summary>Connects one lane.</summary>
    /// <param name="lanes">The address from the responder's answer.</param>
    /// <param name="peer">The peer that is expected to answer.</param>
    /// <param name="keys">The link's keys.</param>
    /// <param name="lane">The lane's number.</param>
    /// <param name="payloadBytes">The longest payload of the lane in bytes.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="LaneConnectException">The lane could not be connected.</exception>
    public Task<Lane> ConnectAsync(LanePlace lanes, PeerIdentity peer, LinkKeys keys, ushort lane, int payloadBytes,
        CancellationToken cancellationToken) => lanes.Medium == MediumCode.Memory
        ? Memory!.ConnectAsync(lanes.SocketName, peer, keys, lane, payloadBytes, cancellationToken)
        : Network.ConnectAsync(new LaneAcceptor(lanes.EndPoint.Host, lanes.EndPoint.Port, peer), keys, lane, cancellationToken);
}
