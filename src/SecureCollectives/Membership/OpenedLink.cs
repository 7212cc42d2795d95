using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link with all its lanes.</summary>
/// <param name="Link">The link.</param>
/// <param name="LinkId">Its id.</param>
/// <param name="Certificates">What it was opened with, which limits its life.</param>
internal sealed record OpenedLink(Link Link, ReadOnlyMemory<byte> LinkId, LinkCertificates Certificates);
