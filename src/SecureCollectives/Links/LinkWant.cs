using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>A request to replace a link.</summary>
/// <param name="Why">Why the link should be replaced, as a code and in words.</param>
/// <param name="Number">The link's number: 0 for the first between two ranks, then that of the attempt that opened it.</param>
internal sealed record LinkWant(LinkEnd Why, ulong Number);
