using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link that this worker has opened as its initiator.</summary>
/// <param name="Opened">The link.</param>
/// <param name="PeerPositions">The positions up to which the peer says it has received, one per lane.</param>
internal sealed record AnsweredLink(OpenedLink Opened, LinkPositions PeerPositions);
