using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Blocks of 32 KiB that Kestrel's sockets read into and write from, for all connections of a host. With its own 4 KiB a socket is asked
/// eight times as often, and streams carry two thirds to half as much.
/// </summary>
/// <remarks>
/// At most <see cref="MaxIdleBlocks"/> blocks are kept for later use; what is given back beyond that is garbage. How many are in use at a
/// time follows from flow control and
/// <see cref="RpcHostOptions.ReadAhead"/>: a stream whose reader rests fills its window, and its socket is read ahead of that. Thread-safe.
/// </remarks>
internal sealed class BlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    public const int BlockBytes = 32 << 10;

    /// <summary>8 MiB: what four streams with a window of 2 MiB each can fill. Streams in progress need about three.</summary>
    public const int MaxIdleBlocks = 256;

    private readonly ConcurrentQueue<Block> _idle = new();
    private int _idleCount;

    /// <summary>Blocks kept at the moment.</summary>
    public int IdleBlocks => Volatile.Read(ref _idleCount);

    public override int MaxBufferSize => BlockBytes;

    /// <summary>Kestrel asks once for each of its queues; they share this pool and its bound.</summary>
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

    /// <summary>Every queue of Kestrel's disposes the pool that it shares; its blocks go with it when the host has gone.</summary>
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
    /// Its own owner, so that a block that is lent again costs nothing; pinned where it is made, since sockets would pin it for each call.
    /// </summary>
    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
