namespace SecureCollectives.Transport.Links;

/// <summary>What is left of a link that its owner has stopped using.</summary>
/// <param name="Positions">How far this rank has received.</param>
/// <param name="Operation">The operation at hand or next.</param>
internal sealed record SurrenderedLink(LinkPositions Positions, ulong Operation);
