namespace SecureCollectives.Collectives;

/// <summary>What the callers' buffers must be.</summary>
internal static class BufferChecks
{
    /// <summary>One buffer holds a block for each rank.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="block">Elements of a block.</param>
    /// <param name="length">Elements of the buffer.</param>
    /// <param name="words">Which buffer, for people.</param>
    /// <param name="name">Its parameter's name.</param>
    /// <exception cref="ArgumentException">It is longer or shorter.</exception>
    public static void Times(Communicator group, int block, int length, string words, string name)
    {
        if ((long)block * group.Size != length)
        {
            throw new ArgumentException($"The {words} has {length} elements; {block} for each of {group.Size} ranks are {(long)block * group.Size}.", name);
        }
    }

    /// <summary>A block and the buffer that holds one of each rank are apart, or the block is this rank's own in it.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="block">The block.</param>
    /// <param name="all">The buffer.</param>
    /// <param name="name">The parameter's name that is to blame.</param>
    /// <exception cref="ArgumentException">They overlap otherwise.</exception>
    public static void ApartOrOwnPlace<T>(Communicator group, ReadOnlySpan<T> block, ReadOnlySpan<T> all, string name)
    {
        if (all.Overlaps(block, out var offset) && offset != group.Rank * block.Length)
        {
            throw new ArgumentException($"Input and output overlap elsewhere than at rank {group.Rank}'s own place.", name);
        }
    }

    /// <summary>Two buffers share no memory.</summary>
    /// <param name="input">One.</param>
    /// <param name="output">The other.</param>
    /// <exception cref="ArgumentException">They do.</exception>
    public static void Apart<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        if (input.Overlaps(output))
        {
            throw new ArgumentException("Input and output overlap; they must be apart.", nameof(output));
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public static void Root(Communicator group, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, group.Size);
    }
}
