namespace SecureCollectives.Transport.Links;

/// <summary>The final state of a link that its owner has stopped using.</summary>
/// <param name="Positions">How far this rank has received on each lane.</param>
/// <param name="Operation">The number of the current operation, or of the next one if none runs.</param>
internal sealed record SurrenderedLink(LinkPositions Positions, ulong Operation);
