namespace SecureCollectives.Collectives;

/// <summary>
/// The order in which the local ring of AllReduce processes windows. It reduces one window ahead of those that it gathers, so that the ring
/// between hosts always has a next window: reduce 0, reduce 1, gather 0, reduce 2, gather 1, ..., gather the last but one, gather the last.
/// Each entry is a block.
/// </summary>
/// <param name="windows">The number of windows.</param>
/// <param name="full">The number of places in a block of a full window.</param>
/// <param name="last">The number of places in a block of the last window.</param>
internal readonly struct LocalBlocks(long windows, long full, long last)
{
    /// <summary>The number of places in all blocks.</summary>
    public long Places => windows == 0 ? 0 : (2 * (windows - 1) * full) + (2 * last);

    /// <summary>Returns the block at a position, and the place within it.</summary>
    public (long Window, bool Gathers, long Place) Locate(long position)
    {
        // All blocks before those of the last window are full.
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

    /// <summary>Returns the position of a block's first place.</summary>
    public long StartOf(long window, bool gathers) =>
        StartOf(!gathers ? Math.Max(0, (2 * window) - 1) : window == windows - 1 ? (2 * windows) - 1 : (2 * window) + 2);

    private long StartOf(long block) => block == 0 ? 0 : block <= (2 * windows) - 3 ? block * full : ((block - 1) * full) + last;
}
