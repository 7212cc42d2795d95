namespace SecureCollectives.Collectives;

/// <summary>Numbers of ranks, hosts, shards and the like, counted around a ring.</summary>
internal static class RingNumber
{
    /// <param name="number">May be negative, or beyond the ring's end.</param>
    /// <param name="count">How many the ring has.</param>
    /// <returns>0 to <paramref name="count"/> - 1.</returns>
    public static int Around(int number, int count)
    {
        var remainder = number % count;
        return remainder < 0 ? remainder + count : remainder;
    }
}
