using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>Divides consecutive elements into chunks, for schedules in which a flow's position is the chunk's number.</summary>
/// <param name="elementSize">Bytes per element.</param>
/// <param name="chunkBytes">Bytes per chunk.</param>
internal readonly struct ChunkCut(int elementSize, int chunkBytes)
{
    private readonly long _chunkElements = chunkBytes / elementSize;

    /// <summary>Returns the number of chunks of this many elements.</summary>
    public long Count(long elements) => (elements + _chunkElements - 1) / _chunkElements;

    /// <summary>Returns the region of a chunk.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="start">The index of the first element in the buffer.</param>
    /// <param name="count">The number of elements of all chunks together.</param>
    /// <param name="position">The chunk's number, from 0.</param>
    public Region Chunk(BufferRole buffer, long start, long count, long position)
    {
        var first = position * _chunkElements;
        return new Region(buffer, (start + first) * elementSize, (int)Math.Min(_chunkElements, count - first) * elementSize);
    }
}
