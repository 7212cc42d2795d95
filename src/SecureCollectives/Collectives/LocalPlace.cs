namespace SecureCollectives.Collectives;

/// <summary>A place in the order of a local ring.</summary>
/// <param name="Round">The round, from 0.</param>
/// <param name="Number">The place in its round, from 0.</param>
/// <param name="Unit">The number of the unit that is sent, from 0.</param>
/// <param name="Step">The unit's step around the local ring, from 0.</param>
/// <param name="Exists">Whether the unit and the step exist; otherwise, the place is empty.</param>
internal readonly record struct LocalPlace(long Round, uint Number, long Unit, int Step, bool Exists);
