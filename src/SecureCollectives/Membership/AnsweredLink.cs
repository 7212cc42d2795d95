using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link that this worker has opened.</summary>
/// <param name="Opened">The link.</param>
/// <param name="PeerPositions">How far the peer says it has received.</param>
internal sealed record AnsweredLink(OpenedLink Opened, LinkPositions PeerPositions);
