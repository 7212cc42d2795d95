using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link with all its lanes.</summary>
/// <param name="Link">The link.</param>
/// <param name="LinkId">The id of the link.</param>
/// <param name="Certificates">The certificates with which it was opened, which limit its lifetime.</param>
internal sealed record OpenedLink(Link Link, ReadOnlyMemory<byte> LinkId, LinkCertificates Certificates);
