using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>Divides consecutive elements into chunks, for schedules in which a flow's position is the chunk's number.</summary>
/// <param name="elementSize">The size of an element in bytes.</param>
/// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
internal readonly struct ChunkCut(int elementSize, int chunkBytes)
{
    private readonly long _chunkElements = chunkBytes / elementSize;

    /// <summary>Returns the number of chunks that this many elements take.</summary>
    public long Count(long elements) => (elements + _chunkElements - 1) / _chunkElements;

    /// <summary>Returns the region of a chunk.</summary>
    /// <param name="buffer">The buffer that holds the elements.</param>
    /// <param name="start">The index of the first element in the buffer.</param>
    /// <param name="count">The number of elements in all chunks together.</param>
    /// <param name="position">The chunk's number, 0 to <see cref="Count"/> - 1.</param>
    public Region Chunk(BufferRole buffer, long start, long count, long position)
    {
        var first = position * _chunkElements;
        return new Region(buffer, (start + first) * elementSize, (int)Math.Min(_chunkElements, count - first) * elementSize);
    }
}
