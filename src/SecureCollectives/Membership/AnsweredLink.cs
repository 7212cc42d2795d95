using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link that this worker has opened as the initiator.</summary>
/// <param name="Opened">The link.</param>
/// <param name="PeerPositions">The receive positions that the peer reported, one per lane.</param>
internal sealed record AnsweredLink(OpenedLink Opened, LinkPositions PeerPositions);
