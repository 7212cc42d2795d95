using SecureCollectives.Collectives;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Collectives that bring the ranks' elements together.</summary>
public static class CommunicatorGathers
{
    /// <summary>Gathers the ranks' shards, in the order of the ranks, into every rank's output.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="shard">This rank's elements; as many on all ranks, any number.</param>
    /// <param name="all">
    /// Takes all shards: <see cref="Communicator.Size"/> times as long as the shard, and apart from it, unless the shard is this rank's own
    /// place in it.
    /// </param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, or the shard overlaps the output elsewhere.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
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
    /// The same as <see cref="AllGatherAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>, on the calling thread:
    /// the least latency.
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

    /// <summary>Gathers the ranks' blocks, in the order of the ranks, into one rank's output.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="input">This rank's elements; as many on all ranks, any number.</param>
    /// <param name="output">
    /// On the root it takes all blocks: <see cref="Communicator.Size"/> times as long as the input, and apart from it, unless the input is
    /// the root's own place in it. Empty elsewhere.
    /// </param>
    /// <param name="root">The rank that gets them; the same on all ranks.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, there is no such rank, or the buffers overlap elsewhere.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
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

    /// <summary>The same as <see cref="GatherAsync"/>, on the calling thread: the least latency.</summary>
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
