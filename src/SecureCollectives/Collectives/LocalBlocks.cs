namespace SecureCollectives.Collectives;

/// <summary>
/// The order in which the local ring of AllReduce takes the windows: it reduces each window one ahead of those that it gathers, so that the
/// ring between hosts always has the next window to go on with. Reduce 0, reduce 1, gather 0, reduce 2, gather 1, ..., gather the last but
/// one, gather the last.
/// </summary>
/// <param name="windows">Windows.</param>
/// <param name="full">Places in a block of a full window.</param>
/// <param name="last">Places in a block of the last window.</param>
internal readonly struct LocalBlocks(long windows, long full, long last)
{
    /// <summary>Places in all blocks.</summary>
    public long Places => windows == 0 ? 0 : (2 * (windows - 1) * full) + (2 * last);

    /// <summary>The block that a position falls on, and the place in it.</summary>
    public (long Window, bool Gathers, long Place) Locate(long position)
    {
        // Blocks before the last window's first are full.
        var block = Math.Min(position / full, Math.Max(0, (2 * windows) - 3));
        while (block + 1 < 2 * windows && position >= StartOf(block + 1))
        {
            block++;
        }

        var place = position - StartOf(block);
        return block == (2 * windows) - 1 ? (windows - 1, true, place)
            : block == 0 ? (0, false, place)
            : block % 2 == 1 ? ((block + 1) / 2, false, place)
            : ((block / 2) - 1, true, place);
    }

    /// <summary>The position of a block's first place.</summary>
    public long StartOf(long window, bool gathers) =>
        StartOf(!gathers ? Math.Max(0, (2 * window) - 1) : window == windows - 1 ? (2 * windows) - 1 : (2 * window) + 2);

    private long StartOf(long block) => block == 0 ? 0 : block <= (2 * windows) - 3 ? block * full : ((block - 1) * full) + last;
}
