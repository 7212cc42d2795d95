using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>Cuts elements that follow each other into chunks, for schedules in which a flow's position is the chunk's number.</summary>
/// <param name="elementSize">Bytes of an element.</param>
/// <param name="chunkBytes">Bytes of a chunk.</param>
internal readonly struct ChunkCut(int elementSize, int chunkBytes)
{
    private readonly long _chunkElements = chunkBytes / elementSize;

    /// <summary>Chunks of so many elements.</summary>
    public long Count(long elements) => (elements + _chunkElements - 1) / _chunkElements;

    /// <summary>Where a chunk lies.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="start">The first element in the buffer.</param>
    /// <param name="count">Elements in all.</param>
    /// <param name="position">Which chunk.</param>
    public Region Chunk(BufferRole buffer, long start, long count, long position)
    {
        var first = position * _chunkElements;
        return new Region(buffer, (start + first) * elementSize, (int)Math.Min(_chunkElements, count - first) * elementSize);
    }
}
