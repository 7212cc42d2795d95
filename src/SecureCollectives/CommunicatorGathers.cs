using SecureCollectives.Collectives;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Collectives that gather the ranks' elements.</summary>
public static class CommunicatorGathers
{
    /// <summary>Concatenates the ranks' shards in rank order into every rank's output.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="shard">This rank's elements: the same number on all ranks, which may be 0.</param>
    /// <param name="all">
    /// Receives all shards; rank r's starts at element r times the length of <paramref name="shard"/>. Must have
    /// <see cref="Communicator.Size"/> times the length of the shard, up to 16 GiB, and must not overlap the shard, except that the shard
    /// may be this rank's own block of the output.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the operation has ended and the library no longer accesses the buffers.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not match, the shard overlaps the output without being this rank's own block of it, or a buffer is too long.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllGatherAsync<T>(
        this Communicator group, ReadOnlyMemory<T> shard, Memory<T> all, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given(shard, nameof(shard));
        BufferChecks.Given<T>(all, nameof(all));
        CheckAllGather<T>(group, shard.Span, all.Span);
        return group.StartAsync(Schedules<T>(group, shard.Length), null, shard, all, cancellationToken);
    }

    /// <summary>
    /// Like <see cref="AllGatherAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>, but runs on the calling
    /// thread, for the lowest latency.
    /// </summary>
    /// <inheritdoc cref="AllGatherAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>
    public static void AllGather<T>(
        this Communicator group, ReadOnlySpan<T> shard, Span<T> all, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given(shard, nameof(shard));
        BufferChecks.Given<T>(all, nameof(all));
        CheckAllGather(group, shard, all);
        var buffers = new OperationBuffers(BufferView.OverReadOnly(shard), BufferView.Over(all));
        group.Run(Schedules<T>(group, shard.Length), null, buffers, cancellationToken);
    }

    /// <summary>Concatenates the ranks' blocks in rank order into the root's output.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">This rank's elements: the same number on all ranks, which may be 0.</param>
    /// <param name="output">
    /// On the root, receives all blocks: must have <see cref="Communicator.Size"/> times the length of the input, up to 16 GiB, and must
    /// not overlap the input, except that the input may be the root's own block of the output. Empty on the other ranks.
    /// </param>
    /// <param name="root">The rank that receives the blocks, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the operation has ended and the library no longer accesses the buffers.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not match, the root is not a rank of the communicator, the buffers overlap other than at the root's own block, or a
    /// buffer is too long.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask GatherAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given(input, nameof(input));
        CheckGather<T>(group, input.Span, output.Span, root);
        return group.StartAsync(GatherSchedules<T>(group, input.Length, root), null, input, output, cancellationToken);
    }

    /// <summary>Like <see cref="GatherAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="GatherAsync"/>
    public static void Gather<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given(input, nameof(input));
        CheckGather<T>(group, input, output, root);
        var buffers = new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output));
        group.Run(GatherSchedules<T>(group, input.Length, root), null, buffers, cancellationToken);
    }

    private static Schedule[] Schedules<T>(Communicator group, long count)
        where T : unmanaged =>
        group.Schedules.AllGather(ElementType<T>.Code, ElementType<T>.Size, count);

    private static Schedule[] GatherSchedules<T>(Communicator group, long count, int root)
        where T : unmanaged =>
        group.Schedules.Gather(ElementType<T>.Code, ElementType<T>.Size, count, root);

    private static void CheckGather<T>(Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output, int root)
    {
        BufferChecks.Root(group.Size, root);
        if (group.Rank != root)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, 0, nameof(output));
            return;
        }

        BufferChecks.Times(group.Size, input.Length, output.Length, "output", nameof(output));
        BufferChecks.ApartOrOwnPlace(group.Rank, input, output, nameof(input));
    }

    private static void CheckAllGather<T>(Communicator group, ReadOnlySpan<T> shard, ReadOnlySpan<T> all)
    {
        BufferChecks.Times(group.Size, shard.Length, all.Length, "output", nameof(all));
        BufferChecks.ApartOrOwnPlace(group.Rank, shard, all, nameof(shard));
    }
}
