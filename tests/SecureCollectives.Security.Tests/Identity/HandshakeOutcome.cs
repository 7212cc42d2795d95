using System.Security.Authentication;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Security.Tests.Identity;

/// <param name="Refused">The verdict that our side reported, if it refused.</param>
/// <param name="OurError">How our handshake ended; null when it succeeded.</param>
/// <param name="PeerError">How the peer's ended.</param>
/// <param name="Peer">Whom our side accepted.</param>
/// <param name="Protocol">The version in use.</param>
internal sealed record HandshakeOutcome(
    CertificateVerdict? Refused, Exception? OurError, Exception? PeerError, PeerIdentity? Peer, SslProtocols Protocol);
