using SecureCollectives.Security.Identity;

namespace SecureCollectives.Transport.Links;

/// <summary>The endpoint to which the lanes of a link connect, and the peer that must answer there.</summary>
/// <param name="Host">The peer's IP address or host name.</param>
/// <param name="Port">The port on which the peer accepts lanes of this kind.</param>
/// <param name="Peer">The peer as authenticated on the OpenLink connection. On a lane with TLS of its own, the acceptor must present
/// exactly this certificate.</param>
internal sealed record LaneAcceptor(string Host, int Port, PeerIdentity Peer);
