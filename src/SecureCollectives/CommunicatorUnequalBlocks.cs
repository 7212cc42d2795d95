using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>
/// Collectives whose ranks contribute or receive blocks of different lengths, like MPI's vector variants (MPI_Allgatherv and so on).
/// </summary>
public static class CommunicatorUnequalBlocks
{
    /// <summary>Concatenates the ranks' shards, which can have any lengths, in rank order into every rank's output.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="shard">This rank's elements, as many as <paramref name="counts"/> states for it.</param>
    /// <param name="all">
    /// Receives all shards in sequence, up to 16 GiB. Must not overlap the shard, except that the shard may be this rank's own block.
    /// </param>
    /// <param name="counts">
    /// The number of elements in each rank's shard, indexed by rank; the same on all ranks. Read before the call returns.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the operation has ended and the library no longer accesses the buffers.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths do not match the counts, the root is not a rank of the communicator, the buffers overlap other than at the rank's own
    /// block, or a buffer is too long.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllGatherVAsync<T>(
        this Communicator group, ReadOnlyMemory<T> shard, Memory<T> all, ReadOnlySpan<int> counts,
            CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.StartAsync(GatherToAll<T>(group, shard.Span, all.Span, counts), null, shard, all, cancellationToken);

    /// <summary>Like <see cref="AllGatherVAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="AllGatherVAsync"/>
    public static void AllGatherV<T>(this Communicator group, ReadOnlySpan<T> shard, Span<T> all, ReadOnlySpan<int> counts,
        CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.Run(GatherToAll<T>(group, shard, all, counts), null,
            new OperationBuffers(BufferView.OverReadOnly(shard), BufferView.Over(all)), cancellationToken);

    /// <summary>
    /// Reduces the ranks' inputs element by element and gives each rank its block of the result; the blocks can have any lengths.
    /// </summary>
    /// <inheritdoc cref="CommunicatorReductions.ReduceScatterAsync"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">This rank's elements: the blocks of all ranks, one after the other, up to 16 GiB.</param>
    /// <param name="output">
    /// Receives this rank's block of the result, as many elements as <paramref name="counts"/> states for it. Must not overlap the input,
    /// except that it may be this rank's own block of it.
    /// </param>
    /// <param name="counts">
    /// The number of elements in each rank's block, indexed by rank; the same on all ranks. Read before the call returns.
    /// </param>
    /// <param name="operation">
    /// How elements are combined, any operator but <see cref="ReduceOp.PreScaledSum"/>; the same on all ranks. For its block, each rank
    /// combines its own elements with those of the rank before it, then with those of the rank before that, and so on.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask ReduceScatterVAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, ReadOnlySpan<int> counts, ReduceOp operation,
            CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.StartAsync(ReduceToParts<T>(group, input.Span, output.Span, counts, operation), operation.ReducerOf<T>(), input, output,
            cancellationToken);

    /// <summary>Like <see cref="ReduceScatterVAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="ReduceScatterVAsync"/>
    public static void ReduceScatterV<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, ReadOnlySpan<int> counts, ReduceOp operation,
            CancellationToken cancellationToken = default)
        where T : unmanaged => group.Run(
            ReduceToParts<T>(group, input, output, counts, operation),
            operation.ReducerOf<T>(),
            new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)),
            cancellationToken);

    /// <summary>Concatenates the ranks' blocks, which can have any lengths, in rank order into the root's output.</summary>
    /// <inheritdoc cref="AllGatherVAsync"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">This rank's block, as many elements as the root's <paramref name="counts"/> state for it.</param>
    /// <param name="output">
    /// On the root, receives all blocks, one after the other, up to 16 GiB; must not overlap the input, except that the input may be the
    /// root's own block. Empty on the other ranks.
    /// </param>
    /// <param name="counts">
    /// On the root, the number of elements in each rank's block, indexed by rank. Empty on the other ranks. Read before the call returns.
    /// </param>
    /// <param name="root">The rank that receives the blocks, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask GatherVAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, ReadOnlySpan<int> counts, int root,
            CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.StartAsync(GatherTo<T>(group, input.Span, output.Span, counts, root), null, input, output, cancellationToken);

    /// <summary>Like <see cref="GatherVAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="GatherVAsync"/>
    public static void GatherV<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, ReadOnlySpan<int> counts, int root,
            CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.Run(GatherTo<T>(group, input, output, counts, root), null,
            new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)), cancellationToken);

    /// <summary>Gives each rank its block of the root's input; the blocks can have any lengths.</summary>
    /// <inheritdoc cref="AllGatherVAsync"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">On the root, all blocks in rank order, one after the other, up to 16 GiB. Empty on the other ranks.</param>
    /// <param name="counts">
    /// On the root, the number of elements in each rank's block, indexed by rank. Empty on the other ranks. Read before the call returns.
    /// </param>
    /// <param name="output">
    /// Receives this rank's block, as many elements as the root's <paramref name="counts"/> state for it. Must not overlap the input,
    /// except that it may be the root's own block of it.
    /// </param>
    /// <param name="root">The rank that sends the blocks, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask ScatterVAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, ReadOnlySpan<int> counts, Memory<T> output, int root,
            CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.StartAsync(ScatterFrom<T>(group, input.Span, counts, output.Span, root), null, input, output, cancellationToken);

    /// <summary>Like <see cref="ScatterVAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="ScatterVAsync"/>
    public static void ScatterV<T>(
        this Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<int> counts, Span<T> output, int root,
            CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.Run(ScatterFrom<T>(group, input, counts, output, root), null,
            new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)), cancellationToken);

    /// <summary>Gives each rank its block of every rank's input; the blocks can have any lengths.</summary>
    /// <inheritdoc cref="AllGatherVAsync"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">A block for each rank in rank order, one after the other, up to 16 GiB.</param>
    /// <param name="inputCounts">
    /// The number of elements in each block of the input, indexed by receiving rank. Read before the call returns.
    /// </param>
    /// <param name="output">
    /// Receives each rank's block for this rank in rank order, one after the other, up to 16 GiB. Must not overlap the input.
    /// </param>
    /// <param name="outputCounts">
    /// The number of elements in each block of the output, indexed by sending rank: that rank's input count for this one. Read before the
    /// call returns.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask AllToAllVAsync<T>(
        this Communicator group,
        ReadOnlyMemory<T> input,
        ReadOnlySpan<int> inputCounts,
        Memory<T> output,
        ReadOnlySpan<int> outputCounts,
        CancellationToken cancellationToken = default)
        where T : unmanaged =>
        group.StartAsync(Exchange<T>(group, input.Span, inputCounts, output.Span, outputCounts), null, input, output, cancellationToken);

    /// <summary>Like <see cref="AllToAllVAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="AllToAllVAsync"/>
    public static void AllToAllV<T>(
        this Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<int> inputCounts, Span<T> output, ReadOnlySpan<int> outputCounts,
            CancellationToken cancellationToken = default)
        where T : unmanaged => group.Run(
            Exchange<T>(group, input, inputCounts, output, outputCounts), null,
                new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)), cancellationToken);

    private static Schedule[] GatherToAll<T>(Communicator group, ReadOnlySpan<T> shard, ReadOnlySpan<T> all, ReadOnlySpan<int> counts)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.CountsGiven(counts, nameof(counts));
        BufferChecks.GivenFor(shard, OwnCount(group, counts), nameof(shard));
        BufferChecks.GivenFor(all, counts, nameof(all));
        var blocks = BlockList.Of(counts, group.Size, all.Length, nameof(all), nameof(counts));
        blocks.RequireOwn(group.Rank, shard, all, nameof(shard));
        var call = Describe(CollectiveCode.AllGatherV) with { Count = (ulong)all.Length, Detail = SplitHash.Of(counts, 0) };
        return Schedules<T>(group, call, _ => new Block(0, blocks[group.Rank].Count), peer => blocks[peer]);
    }

    private static Schedule[] ReduceToParts<T>(
        Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<int> counts, ReduceOp operation)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.CountsGiven(counts, nameof(counts));
        BufferChecks.GivenFor(input, counts, nameof(input));
        BufferChecks.GivenFor(output, OwnCount(group, counts), nameof(output));
        if (operation.Scales)
        {
            throw new ArgumentException(
                $"ReduceScatterV does not scale; multiply the input beforehand and use {nameof(ReduceOp.Sum)}.", nameof(operation));
        }

        var blocks = BlockList.Of(counts, group.Size, input.Length, nameof(input), nameof(counts));
        blocks.RequireOwn(group.Rank, output, input, nameof(output));
        var call = Describe(CollectiveCode.ReduceScatterV) with
        {
            Operator = operation.Code,
            Count = (ulong)input.Length,
            Detail = SplitHash.Of(counts, operation.Detail)
        };
        return Schedules<T>(group, call, peer => blocks[peer], _ => new Block(0, blocks[group.Rank].Count));
    }

    private static Schedule[] GatherTo<T>(
        Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<int> counts, int root)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Root(group.Size, root);
        if (group.Rank == root)
        {
            BufferChecks.CountsGiven(counts, nameof(counts));
            BufferChecks.GivenFor(input, OwnCount(group, counts), nameof(input));
            BufferChecks.GivenFor(output, counts, nameof(output));
        }

        var blocks = BlockList.AtRoot(group.Rank == root, counts, group.Size, output.Length, nameof(output), nameof(counts));
        if (group.Rank == root)
        {
            blocks.RequireOwn(root, input, output, nameof(input));
        }

        var length = input.Length;
        return Schedules<T>(
            group,
            Describe(CollectiveCode.GatherV) with { Root = (uint)root },
            peer => peer == root ? new Block(0, length) : null,
            peer => group.Rank == root ? blocks[peer] : null);
    }

    private static Schedule[] ScatterFrom<T>(
        Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<int> counts, ReadOnlySpan<T> output, int root)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Root(group.Size, root);
        if (group.Rank == root)
        {
            BufferChecks.CountsGiven(counts, nameof(counts));
            BufferChecks.GivenFor(input, counts, nameof(input));
            BufferChecks.GivenFor(output, OwnCount(group, counts), nameof(output));
        }

        var blocks = BlockList.AtRoot(group.Rank == root, counts, group.Size, input.Length, nameof(input), nameof(counts));
        if (group.Rank == root)
        {
            blocks.RequireOwn(root, output, input, nameof(output));
        }

        var length = output.Length;
        return Schedules<T>(
            group,
            Describe(CollectiveCode.ScatterV) with { Root = (uint)root },
            peer => group.Rank == root ? blocks[peer] : null,
            peer => peer == root ? new Block(0, length) : null);
    }

    private static Schedule[] Exchange<T>(
        Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<int> inputCounts, ReadOnlySpan<T> output, ReadOnlySpan<int> outputCounts)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.CountsGiven(inputCounts, nameof(inputCounts));
        BufferChecks.GivenFor(input, inputCounts, nameof(input));
        BufferChecks.CountsGiven(outputCounts, nameof(outputCounts));
        BufferChecks.GivenFor(output, outputCounts, nameof(output));
        var sent = BlockList.Of(inputCounts, group.Size, input.Length, nameof(input), nameof(inputCounts));
        var received = BlockList.Of(outputCounts, group.Size, output.Length, nameof(output), nameof(outputCounts));
        BufferChecks.Apart(input, output);
        if (sent[group.Rank].Count != received[group.Rank].Count)
        {
            throw new ArgumentException(
                $"The counts of the block that rank {group.Rank} sends to itself differ: {sent[group.Rank].Count} elements in the input, "
                    + $"{received[group.Rank].Count} in the output.",
                    nameof(outputCounts));
        }

        return Schedules<T>(group, Describe(CollectiveCode.AllToAllV), peer => sent[peer], peer => received[peer]);
    }

    /// <summary>Returns the count of this rank's own block; empty if there are too few counts, which a later check rejects.</summary>
    private static ReadOnlySpan<int> OwnCount(Communicator group, ReadOnlySpan<int> counts) =>
        group.Rank < counts.Length ? counts.Slice(group.Rank, 1) : default;

    private static OperationDescriptor Describe(CollectiveCode collective) =>
        new(collective, ElementCode.None, OperatorCode.None, AlgorithmCode.Exchange, 0, 0);

    private static Schedule[] Schedules<T>(
        Communicator group, OperationDescriptor call, Func<int, Block?> sends, Func<int, Block?> receives)
        where T : unmanaged =>
        group.Schedules.Unequal(call, ElementType<T>.Code, ElementType<T>.Size, sends, receives);
}
