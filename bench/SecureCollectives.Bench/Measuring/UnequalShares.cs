namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// How a buffer is divided where ranks get unequally much of it: the last rank about as many times as much as the first as there are ranks.
/// </summary>
internal static class UnequalShares
{
    /// <summary>Elements of each rank.</summary>
    public static int[] Of(int count, int ranks)
    {
        var counts = new int[ranks];
        for (var rank = 0; rank < ranks; rank++)
        {
            counts[rank] = Count(count, rank, ranks);
        }

        return counts;
    }

    /// <summary>Elements of one rank.</summary>
    public static int Count(int count, int rank, int ranks) => Start(count, rank + 1, ranks) - Start(count, rank, ranks);

    /// <summary>Where the part of a rank begins.</summary>
    public static int Start(int count, int rank, int ranks) => (int)((long)count * rank * (rank + 1) / ((long)ranks * (ranks + 1)));

    /// <summary>Whose part a position lies in.</summary>
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
