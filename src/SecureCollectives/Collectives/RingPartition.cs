namespace SecureCollectives.Collectives;

/// <summary>
/// Divides a range of elements for the ring: into consecutive windows, each window into one shard per rank, each shard into chunks.
/// </summary>
/// <remarks>
/// <para>A window holds up to <see cref="SliceBytes"/> per rank, so that a shard is still in the cache when it is forwarded. Its shards
/// have equal lengths except the last ones, which can be short or empty. Which shard an element belongs to depends only on the range, the
/// element size and the world size. The order of summation, and with it every bit of the result, is therefore the same with every
/// protection, transport and engine. Chunks only subdivide shards.</para>
/// <para>Transfers are numbered window by window, step by step, chunk by chunk. Every shard of a window is counted as having as many
/// chunks as the longest; the missing chunks of short shards are empty and never sent.</para>
/// </remarks>
internal readonly struct RingPartition
{
    /// <summary>
    /// The size in bytes of a shard in a full window. Four chunks of 256 KiB, or eight of 128 KiB, hide each other's step latency, and the
    /// shards in flight still fit the L2 cache. Part of the wire protocol: ranks with different values would sum in different orders.
    /// </summary>
    public const int SliceBytes = 1 << 20;

    private readonly long _start;
    private readonly long _count;
    private readonly int _elementSize;
    private readonly int _worldSize;
    private readonly int _steps;
    private readonly int _chunkElements;
    private readonly long _windowElements;
    private readonly long _windows;
    private readonly long _chunksPerFullShard;

    /// <param name="range">The elements to divide, as a range of the buffer or of each rank's shard.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="worldSize">The number of shards per window: the world size, or 1 if windows are cut from one rank's shard.</param>
    /// <param name="steps">The number of steps of the schedule in each window.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="sliceBytes">The maximum length of a window's shard in bytes, rounded down to whole elements; tests lower it.</param>
    public RingPartition(ElementRange range, int elementSize, int worldSize, int steps, int chunkBytes, int sliceBytes = SliceBytes)
    {
        (_start, _count) = range;
        _elementSize = elementSize;
        _worldSize = worldSize;
        _steps = steps;
        _chunkElements = chunkBytes / elementSize;
        var sliceElements = sliceBytes / elementSize;
        _windowElements = (long)sliceElements * worldSize;
        _windows = CeilingDivide(_count, _windowElements);
        _chunksPerFullShard = CeilingDivide(sliceElements, _chunkElements);
    }

    /// <summary>The number of transfers that each rank sends, and receives.</summary>
    public long Transfers => _windows == 0 ? 0 : ((_windows - 1) * _steps * _chunksPerFullShard) + (_steps * ChunksPerShard(_windows - 1));

    /// <summary>The number of windows.</summary>
    public long Windows => _windows;

    /// <summary>Returns the window, step and chunk at a position.</summary>
    public RingPosition Locate(long position)
    {
        var perWindow = _steps * _chunksPerFullShard;
        var window = Math.Min(position / perWindow, _windows - 1);
        var inWindow = position - (window * perWindow);
        var chunks = ChunksPerShard(window);
        return new RingPosition(window, (int)(inWindow / chunks), (int)(inWindow % chunks), chunks);
    }

    /// <summary>Returns the position of a chunk at a step.</summary>
    public long PositionOf(long window, int step, int chunk) =>
        (window * _steps * _chunksPerFullShard) + (step * ChunksPerShard(window)) + chunk;

    /// <summary>Returns the number of chunks in each shard of a window.</summary>
    public long ChunksPerShard(long window) => CeilingDivide(ShardElements(window), _chunkElements);

    /// <summary>Returns how many shards of a window fit into a chunk; 0 if a shard is longer.</summary>
    public int ShardsPerChunk(long window) => (int)(_chunkElements / ShardElements(window));

    /// <summary>Returns the step's number across all windows, as in frame headers.</summary>
    public uint GlobalStep(in RingPosition position) => (uint)((position.Window * _steps) + position.Step);

    /// <summary>Returns the bytes of a chunk of a window's shard, counted from element 0 of the buffer rather than of the range.</summary>
    public (long Offset, int Length) Chunk(in RingPosition position, int shard)
    {
        var shardElements = ShardElements(position.Window);
        var windowStart = position.Window * _windowElements;
        var windowEnd = Math.Min(windowStart + _windowElements, _count);
        var shardStart = Math.Min(windowStart + (shard * shardElements), windowEnd);
        var shardEnd = Math.Min(shardStart + shardElements, windowEnd);
        var start = Math.Min(shardStart + ((long)position.Chunk * _chunkElements), shardEnd);
        var end = Math.Min(start + _chunkElements, shardEnd);
        return ((_start + start) * _elementSize, (int)(end - start) * _elementSize);
    }

    private long ShardElements(long window) =>
        CeilingDivide(Math.Min(_windowElements, _count - (window * _windowElements)), _worldSize);

    private static long CeilingDivide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
