namespace SecureCollectives.Collectives;

/// <summary>Blocks that follow each other in a buffer, one for each rank, of any lengths.</summary>
internal readonly struct BlockList
{
    private readonly Block[] _blocks;

    private BlockList(Block[] blocks) => _blocks = blocks;

    public Block this[int rank] => _blocks[rank];

    /// <param name="counts">Elements of each block.</param>
    /// <param name="size">The number of ranks.</param>
    /// <param name="length">Elements of the buffer.</param>
    /// <param name="buffer">The buffer's name.</param>
    /// <param name="name">The name of the counts.</param>
    /// <exception cref="ArgumentException">There are too few or too many counts, one is negative, or they do not add up to the buffer's
    /// length.</exception>
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

    /// <summary>Blocks that the root alone knows: elsewhere buffer and counts are empty.</summary>
    /// <inheritdoc cref="Of"/>
    /// <param name="isRoot">Whether this rank is the root.</param>
    /// <param name="counts">Elements of each block.</param>
    /// <param name="size">The number of ranks.</param>
    /// <param name="length">Elements of the buffer.</param>
    /// <param name="buffer">The buffer's name.</param>
    /// <param name="name">The name of the counts.</param>
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

    /// <summary>This rank's block has the length that the counts say, and lies apart from the others or in its own place.</summary>
    /// <param name="rank">This rank.</param>
    /// <param name="block">The block.</param>
    /// <param name="all">The buffer of all blocks.</param>
    /// <param name="name">The block's name.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
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
