using SecureCollectives.Security.Identity;

namespace SecureCollectives.Transport.Links;

/// <summary>Where the lanes of a link connect to, and who must answer there.</summary>
/// <param name="Host">An address or a name.</param>
/// <param name="Port">The port for lanes.</param>
/// <param name="Peer">The peer as OpenLink's connection proved it: a lane with TLS of its own must be answered with this very
/// certificate.</param>
internal sealed record LaneAcceptor(string Host, int Port, PeerIdentity Peer);
