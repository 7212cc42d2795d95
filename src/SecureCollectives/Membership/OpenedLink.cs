using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link with all its lanes, and how long it may live.</summary>
/// <param name="Link">The link.</param>
/// <param name="Expiry">Which of the two certificates that opened it expires first, and when.</param>
internal sealed record OpenedLink(Link Link, CertificateExpiry Expiry);
