namespace SecureCollectives.Collectives;

/// <summary>Numbers of ranks, hosts, shards and the like that wrap around a ring.</summary>
internal static class RingNumber
{
    /// <summary>Wraps a number around a ring.</summary>
    /// <param name="number">The number; may be negative or beyond the ring's end.</param>
    /// <param name="count">The number of places in the ring, at least one.</param>
    /// <returns>The number modulo <paramref name="count"/>, 0 to <paramref name="count"/> - 1.</returns>
    public static int Around(int number, int count)
    {
        var remainder = number % count;
        return remainder < 0 ? remainder + count : remainder;
    }
}
