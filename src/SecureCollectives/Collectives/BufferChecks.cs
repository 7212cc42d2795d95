using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureCollectives.Collectives;

/// <summary>What the callers' buffers must be.</summary>
internal static class BufferChecks
{
    /// <summary>
    /// Bytes of a buffer; no buffer of numbers has as many. Keys are good for one operation more than this (proto/README.md, "Bytes").
    /// </summary>
    public const long MaxBytes = 1L << 34;

    /// <summary>
    /// Every rank has to give this buffer. A null array turns into memory without a place, as if it were an empty one, and the other ranks
    /// would only see that lengths differ.
    /// </summary>
    /// <param name="buffer">What the caller gave.</param>
    /// <param name="name">Its parameter's name.</param>
    /// <exception cref="ArgumentNullException">It is null or default.</exception>
    public static void Given<T>(ReadOnlyMemory<T> buffer, string name)
    {
        if (buffer.Equals(default))
        {
            throw Null(name);
        }
    }

    /// <inheritdoc cref="Given{T}(ReadOnlyMemory{T}, string)"/>
    public static void Given<T>(ReadOnlySpan<T> buffer, string name)
    {
        if (buffer.IsEmpty && Unsafe.IsNullRef(ref MemoryMarshal.GetReference(buffer)))
        {
            throw Null(name);
        }
    }

    private static ArgumentNullException Null(string name) =>
        new(name, "The buffer is null or default. Give the array to work on, or an empty one where all ranks have no elements.");

    /// <summary>No call moves more at a time than the keys of a connection are good for.</summary>
    /// <param name="bytes">Of a buffer.</param>
    /// <exception cref="ArgumentException">They are too many.</exception>
    public static void Bytes(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new ArgumentException($"A buffer has {bytes} bytes; a call takes at most {MaxBytes}, 16 GiB. Make several calls.");
        }
    }

    /// <summary>One buffer holds a block for each rank.</summary>
    /// <param name="size">The number of ranks.</param>
    /// <param name="block">Elements of a block.</param>
    /// <param name="length">Elements of the buffer.</param>
    /// <param name="words">Which buffer, for people.</param>
    /// <param name="name">Its parameter's name.</param>
    /// <exception cref="ArgumentException">It is longer or shorter.</exception>
    public static void Times(int size, int block, int length, string words, string name)
    {
        if ((long)block * size != length)
        {
            throw new ArgumentException(
                $"The {words} has {length} elements; {block} for each of {size} ranks are {(long)block * size}.", name);
        }
    }

    /// <summary>A block and the buffer that holds one of each rank are apart, or the block is this rank's own in it.</summary>
    /// <param name="rank">This rank.</param>
    /// <param name="block">The block.</param>
    /// <param name="all">The buffer.</param>
    /// <param name="name">The parameter's name that is to blame.</param>
    /// <exception cref="ArgumentException">They overlap otherwise.</exception>
    public static void ApartOrOwnPlace<T>(int rank, ReadOnlySpan<T> block, ReadOnlySpan<T> all, string name) =>
        ApartOrAt(rank, (long)rank * block.Length, block, all, name);

    /// <summary>The same where blocks need not be equally long.</summary>
    /// <inheritdoc cref="ApartOrOwnPlace"/>
    /// <param name="rank">This rank.</param>
    /// <param name="start">Where this rank's own place begins.</param>
    /// <param name="block">The block.</param>
    /// <param name="all">The buffer.</param>
    /// <param name="name">The parameter's name that is to blame.</param>
    public static void ApartOrAt<T>(int rank, long start, ReadOnlySpan<T> block, ReadOnlySpan<T> all, string name)
    {
        if (all.Overlaps(block, out var offset) && offset != start)
        {
            throw new ArgumentException($"Input and output overlap elsewhere than at rank {rank}'s own place.", name);
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

    /// <param name="size">The number of ranks.</param>
    /// <param name="root">Which rank.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public static void Root(int size, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, size);
    }
}
