using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Blocks of 32 KiB that Kestrel's sockets read into and write from, for all connections of a host. With Kestrel's own 4 KiB blocks, a
/// socket is read eight times as often, and streams achieve half to two thirds of the throughput.
/// </summary>
/// <remarks>
/// At most <see cref="MaxIdleBlocks"/> blocks are kept for reuse; further returned blocks are left to the garbage collector. Flow control
/// and <see cref="RpcHostOptions.ReadAhead"/> determine how many are in use: a stream whose reader is idle fills its window, and its socket
/// is read ahead of that. Thread-safe.
/// </remarks>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    public const int BlockBytes = 32 << 10;

    /// <summary>8 MiB: as much as four streams with a window of 2 MiB each can fill. Streams in progress need about three.</summary>
    public const int MaxIdleBlocks = 256;

    private readonly ConcurrentQueue<Block> _idle = new();
    private int _idleCount;

    /// <summary>The number of blocks kept for reuse at present.</summary>
    public int IdleBlocks => Volatile.Read(ref _idleCount);

    public override int MaxBufferSize => BlockBytes;

    /// <summary>Returns this pool: Kestrel asks once for each of its queues, and they share the pool and its limit.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_idle.TryDequeue(out var block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref _idleCount);
        return block;
    }

    /// <summary>
    /// Does nothing: every queue of Kestrel disposes the pool that it shares. The blocks are collected with the pool when the host is gone.
    /// </summary>
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _idleCount) > MaxIdleBlocks)
        {
            Interlocked.Decrement(ref _idleCount);
            return;
        }

        _idle.Enqueue(block);
    }

    /// <summary>
    /// A block that is its own owner, so that lending it again allocates nothing. Pinned when allocated, because sockets would otherwise
    /// pin it for each call.
    /// </summary>
    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
