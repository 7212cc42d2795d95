using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureCollectives.Collectives;

/// <summary>Checks callers' buffers.</summary>
internal static class BufferChecks
{
    /// <summary>
    /// The maximum size of a buffer in bytes, which no buffer of numbers reaches. An operation of this size stays within what a TLS
    /// connection's keys can carry beyond the threshold at which links are replaced (proto/README.md, "Bytes").
    /// </summary>
    public const long MaxBytes = 1L << 34;

    /// <summary>
    /// Checks that a rank passed a buffer that every rank must pass. A null array converts to default memory, which looks like an empty
    /// buffer, so the other ranks would only see that lengths differ.
    /// </summary>
    /// <param name="buffer">The caller's buffer, which may be empty but not null.</param>
    /// <param name="name">The parameter name of the buffer, for the exception.</param>
    /// <exception cref="ArgumentNullException">The buffer is null or default.</exception>
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

    /// <summary>
    /// Does the same check for a buffer of blocks of any lengths. If all blocks are empty, default memory, such as
    /// <see cref="Memory{T}.Empty"/>, is a valid buffer.
    /// </summary>
    /// <param name="buffer">The caller's buffer.</param>
    /// <param name="counts">The number of elements in each of its blocks.</param>
    /// <param name="name">The parameter name of the buffer, for the exception.</param>
    /// <exception cref="ArgumentNullException">The buffer is null or default although it must hold elements.</exception>
    public static void GivenFor<T>(ReadOnlySpan<T> buffer, ReadOnlySpan<int> counts, string name)
    {
        if (counts.ContainsAnyExcept(0))
        {
            Given(buffer, name);
        }
    }

    /// <summary>Checks that no buffer of a coalesced call is null.</summary>
    /// <param name="buffers">The caller's buffers.</param>
    /// <param name="name">Their parameter name.</param>
    /// <exception cref="ArgumentNullException">One of the buffers is null or default; the message says which.</exception>
    public static void AllGiven<T>(IReadOnlyList<Memory<T>> buffers, string name)
    {
        for (var i = 0; i < buffers.Count; i++)
        {
            if (buffers[i].Equals(default))
            {
                throw new ArgumentNullException(
                    name, $"Buffer {i} of {buffers.Count} is null or default. "
                        + "Pass an array, or an empty array if no rank has any elements.");
            }
        }
    }

    /// <summary>Checks that the caller passed the lengths of the ranks' blocks.</summary>
    /// <param name="counts">The number of elements in each rank's block.</param>
    /// <param name="name">Their parameter name.</param>
    /// <exception cref="ArgumentNullException">The counts are null or default.</exception>
    public static void CountsGiven(ReadOnlySpan<int> counts, string name)
    {
        if (counts.IsEmpty && Unsafe.IsNullRef(ref MemoryMarshal.GetReference(counts)))
        {
            throw new ArgumentNullException(name, "The counts are null. Pass the number of elements of each rank's block, in rank order.");
        }
    }

    /// <summary>Checks that a call does not move more than a connection's keys allow.</summary>
    /// <param name="bytes">The length of the buffer in bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too long.</exception>
    public static void Bytes(long bytes)
    {
        if (bytes > MaxBytes)
        {
            throw new ArgumentException(
                $"A buffer has {bytes} bytes; a call takes at most {MaxBytes} (16 GiB). Split it into several calls.");
        }
    }

    /// <summary>Checks that a buffer holds one block for each rank.</summary>
    /// <param name="size">The number of ranks in the communicator.</param>
    /// <param name="block">The number of elements in one rank's block.</param>
    /// <param name="length">The number of elements in the buffer.</param>
    /// <param name="words">The noun that the message uses for the buffer, such as "input".</param>
    /// <param name="name">The parameter name of the buffer.</param>
    /// <exception cref="ArgumentException">The buffer has a different length.</exception>
    public static void Times(int size, int block, int length, string words, string name)
    {
        if ((long)block * size != length)
        {
            throw new ArgumentException(
                $"The {words} has {length} elements; with {block} for each of {size} ranks, it must have {(long)block * size}.", name);
        }
    }

    /// <summary>Checks that a rank's block does not overlap the buffer of all ranks' blocks, except at its own place.</summary>
    /// <param name="rank">This worker's rank in the communicator.</param>
    /// <param name="block">The buffer that holds this rank's block only.</param>
    /// <param name="all">The buffer that holds all ranks' blocks in rank order.</param>
    /// <param name="name">The parameter name to report.</param>
    /// <exception cref="ArgumentException">The block overlaps the buffer at another place.</exception>
    public static void ApartOrOwnPlace<T>(int rank, ReadOnlySpan<T> block, ReadOnlySpan<T> all, string name) =>
        ApartOrAt(rank, (long)rank * block.Length, block, all, name);

    /// <summary>Does the same check for blocks of any lengths.</summary>
    /// <inheritdoc cref="ApartOrOwnPlace"/>
    /// <param name="rank">This worker's rank in the communicator.</param>
    /// <param name="start">The index of the first element of this rank's own place.</param>
    /// <param name="block">The buffer that holds this rank's block only.</param>
    /// <param name="all">The buffer that holds all ranks' blocks in rank order.</param>
    /// <param name="name">The parameter name to report.</param>
    public static void ApartOrAt<T>(int rank, long start, ReadOnlySpan<T> block, ReadOnlySpan<T> all, string name)
    {
        if (all.Overlaps(block, out var offset) && offset != start)
        {
            throw new ArgumentException($"Input and output overlap other than at rank {rank}'s own place.", name);
        }
    }

    /// <summary>Checks that two buffers share no memory.</summary>
    /// <param name="input">The caller's input.</param>
    /// <param name="output">The caller's output, which the exception names.</param>
    /// <exception cref="ArgumentException">The buffers overlap.</exception>
    public static void Apart<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        if (input.Overlaps(output))
        {
            throw new ArgumentException("Input and output overlap; they must be apart.", nameof(output));
        }
    }

    /// <summary>Checks that the root is a rank of the communicator.</summary>
    /// <param name="size">The number of ranks in the communicator.</param>
    /// <param name="root">The rank to check, 0 to <paramref name="size"/> - 1 if it is valid.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    public static void Root(int size, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, size);
    }

    private static ArgumentNullException Null(string name) =>
        new(name, "The buffer is null or default. Pass an array, or an empty array if no rank has any elements.");
}
