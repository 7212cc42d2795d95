namespace SecureCollectives.Transport.Links;

/// <summary>What the owner of a link says of it that is used no more.</summary>
/// <param name="Positions">How far this rank has received.</param>
/// <param name="Operation">The operation at hand, or the next where none is: the first on the new link.</param>
internal sealed record SurrenderedLink(LinkPositions Positions, ulong Operation);
