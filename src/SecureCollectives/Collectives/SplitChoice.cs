namespace SecureCollectives.Collectives;

/// <summary>What a rank says when the ranks of a communicator split, as all of them gather it.</summary>
/// <param name="Split">The number of the split, as this rank counts: one whose earlier call was refused counts further than others.</param>
/// <param name="TakesPart">1, or 0 for a rank that wants no part in any group.</param>
/// <param name="Color">The group that it wants to be in.</param>
/// <param name="Key">Its place among the members.</param>
internal readonly record struct SplitChoice(int Split, int TakesPart, int Color, int Key);
