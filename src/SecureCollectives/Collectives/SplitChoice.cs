namespace SecureCollectives.Collectives;

/// <summary>A rank's choice when the ranks of a communicator split; all ranks gather all choices.</summary>
/// <param name="Split">
/// This rank's count of splits, which is ahead of the other ranks' counts if an earlier call was refused.
/// </param>
/// <param name="TakesPart">1, or 0 for a rank that joins no group.</param>
/// <param name="Color">The number of the group that the rank joins; ignored if it joins none.</param>
/// <param name="Key">Orders the members of a group; equal keys are ordered by rank.</param>
internal readonly record struct SplitChoice(int Split, int TakesPart, int Color, int Key);
