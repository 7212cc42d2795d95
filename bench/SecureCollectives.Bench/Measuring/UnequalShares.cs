namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Divides a buffer unequally among the ranks. In a world of n ranks, the last rank's share is about n times as large as the first's.
/// </summary>
internal static class UnequalShares
{
    /// <summary>Returns the number of elements of each rank.</summary>
    public static int[] Of(int count, int ranks)
    {
        var counts = new int[ranks];
        for (var rank = 0; rank < ranks; rank++)
        {
            counts[rank] = Count(count, rank, ranks);
        }

        return counts;
    }

    /// <summary>Returns the number of elements of one rank.</summary>
    public static int Count(int count, int rank, int ranks) => Start(count, rank + 1, ranks) - Start(count, rank, ranks);

    /// <summary>Returns the position at which a rank's part begins.</summary>
    public static int Start(int count, int rank, int ranks) => (int)((long)count * rank * (rank + 1) / ((long)ranks * (ranks + 1)));

    /// <summary>Returns the rank whose part contains a position.</summary>
    public static int OwnerOf(int count, int position, int ranks)
    {
        var rank = 0;
        while (Start(count, rank + 1, ranks) <= position)
        {
            rank++;
        }

        return rank;
    }
}
