using SecureCollectives.Transport.Links;

namespace SecureCollectives.Links;

/// <summary>That a link should be replaced.</summary>
/// <param name="Why">Why.</param>
/// <param name="Number">Which one: 0 for the first between two ranks, then the number of the attempt that opened it.</param>
internal sealed record LinkWant(LinkEnd Why, ulong Number);
