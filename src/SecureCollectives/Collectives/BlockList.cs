namespace SecureCollectives.Collectives;

/// <summary>Consecutive blocks of a buffer, one for each rank, of any lengths.</summary>
internal readonly struct BlockList
{
    private readonly Block[] _blocks;

    private BlockList(Block[] blocks) => _blocks = blocks;

    public Block this[int rank] => _blocks[rank];

    /// <summary>Divides a buffer into blocks.</summary>
    /// <param name="counts">The number of elements in each block, indexed by rank.</param>
    /// <param name="size">The number of ranks in the communicator.</param>
    /// <param name="length">The number of elements in the buffer.</param>
    /// <param name="buffer">The parameter name of the buffer, for messages.</param>
    /// <param name="name">The parameter name of the counts, for exceptions.</param>
    /// <exception cref="ArgumentException">
    /// The number of counts is not the number of ranks, a count is negative, or the counts do not add up to the buffer's length.
    /// </exception>
    public static BlockList Of(ReadOnlySpan<int> counts, int size, int length, string buffer, string name)
    {
        if (counts.Length != size)
        {
            throw new ArgumentException($"There are {counts.Length} counts for {size} ranks.", name);
        }

        var blocks = new Block[size];
        var start = 0L;
        for (var rank = 0; rank < size; rank++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(counts[rank], name);
            blocks[rank] = new Block(start, counts[rank]);
            start += counts[rank];
        }

        return start == length
            ? new BlockList(blocks) : throw new ArgumentException(
                $"The {buffer} has {length} elements; the counts add up to {start}.", name);
    }

    /// <summary>Divides the root's buffer into blocks; on the other ranks, checks that the buffer and counts are empty.</summary>
    /// <inheritdoc cref="Of"/>
    /// <param name="isRoot">Whether this rank is the root.</param>
    /// <param name="counts">The number of elements in each block, indexed by rank.</param>
    /// <param name="size">The number of ranks in the communicator.</param>
    /// <param name="length">The number of elements in the buffer.</param>
    /// <param name="buffer">The parameter name of the buffer, for messages.</param>
    /// <param name="name">The parameter name of the counts, for exceptions.</param>
    public static BlockList AtRoot(bool isRoot, ReadOnlySpan<int> counts, int size, int length, string buffer, string name)
    {
        if (isRoot)
        {
            return Of(counts, size, length, buffer, name);
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(length, 0, buffer);
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length, 0, name);
        return new BlockList([]);
    }

    /// <summary>
    /// Checks that this rank's block has the length that its count gives, and does not overlap the buffer other than at its own place.
    /// </summary>
    /// <param name="rank">This worker's rank, whose count is checked.</param>
    /// <param name="block">The caller's buffer for this rank's block.</param>
    /// <param name="all">The buffer that holds the blocks of all ranks.</param>
    /// <param name="name">The parameter name of the block, for exceptions.</param>
    /// <exception cref="ArgumentException">The block has the wrong length, or overlaps the buffer at another place.</exception>
    public void RequireOwn<T>(int rank, ReadOnlySpan<T> block, ReadOnlySpan<T> all, string name)
    {
        if (block.Length != _blocks[rank].Count)
        {
            throw new ArgumentException(
                $"The {name} has {block.Length} elements; the counts say {_blocks[rank].Count} for rank {rank}.", name);
        }

        BufferChecks.ApartOrAt(rank, _blocks[rank].Start, block, all, name);
    }
}
