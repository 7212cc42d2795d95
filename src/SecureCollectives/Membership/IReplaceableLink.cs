using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>The responder's end of a link that is open: its initiator may replace it. Thread-safe.</summary>
internal interface IReplaceableLink
{
    /// <summary>The link as it was opened first.</summary>
    LinkRequest Request { get; }

    /// <summary>The id of the first link.</summary>
    ReadOnlyMemory<byte> FirstLink { get; }

    /// <summary>What its lanes connect through.</summary>
    LaneTransport Transport { get; }

    /// <summary>Gives the link up, and agrees on another. It takes the place of an earlier try, whose initiator has given that up.</summary>
    /// <param name="request">The link as the initiator wants it; its positions are not known yet.</param>
    /// <param name="callerPositions">How far the initiator has received.</param>
    /// <param name="offer">The initiator's.</param>
    /// <param name="own">This side's certificate as presented in the call's handshake.</param>
    /// <param name="caller">The initiator's as observed in it.</param>
    /// <param name="lanes">Where the lanes connect.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Grpc.Core.RpcException">It is refused.</exception>
    Task<LinkAnswer> AcceptAsync(
        LinkRequest request,
        LinkPositions callerPositions,
        InitiatorOffer offer,
        PeerIdentity own,
        PeerIdentity caller,
        HostPort lanes,
        CancellationToken cancellationToken);
}
