using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A link with all its lanes, and how long it may live.</summary>
/// <param name="Link">The link.</param>
/// <param name="NotAfter">When the first of the two certificates that opened it expires.</param>
internal sealed record OpenedLink(Link Link, DateTimeOffset NotAfter);
