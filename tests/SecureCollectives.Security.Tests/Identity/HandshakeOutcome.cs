using System.Security.Authentication;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Security.Tests.Identity;

/// <param name="Refused">The verdict that our side reported, if it refused.</param>
/// <param name="OurError">The exception that ended our handshake; null if it succeeded.</param>
/// <param name="PeerError">The exception that ended the peer's handshake; null if it succeeded.</param>
/// <param name="Peer">The peer that our side accepted.</param>
/// <param name="Protocol">The negotiated TLS version.</param>
internal sealed record HandshakeOutcome(
    CertificateVerdict? Refused, Exception? OurError, Exception? PeerError, PeerIdentity? Peer, SslProtocols Protocol);
