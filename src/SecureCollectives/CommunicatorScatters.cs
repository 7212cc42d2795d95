using SecureCollectives.Collectives;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Collectives that distribute the elements of one rank or of all ranks.</summary>
public static class CommunicatorScatters
{
    /// <summary>Copies the root's elements to every rank.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="buffer">Input on the root, output on the other ranks; the same length on all ranks, up to 16 GiB.</param>
    /// <param name="root">The rank whose elements are copied, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the operation has ended and the library no longer accesses the buffer.</returns>
    /// <exception cref="ArgumentException">The root is not a rank of the communicator, or the buffer is too long.</exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask BroadcastAsync<T>(
        this Communicator group, Memory<T> buffer, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(buffer, nameof(buffer));
        BufferChecks.Root(group.Size, root);
        return group.StartAsync(BroadcastSchedules<T>(group, buffer.Length, root), null, buffer, buffer, cancellationToken);
    }

    /// <summary>Like <see cref="BroadcastAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="BroadcastAsync"/>
    public static void Broadcast<T>(this Communicator group, Span<T> buffer, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(buffer, nameof(buffer));
        BufferChecks.Root(group.Size, root);
        group.Run(BroadcastSchedules<T>(group, buffer.Length, root), null,
            new OperationBuffers(BufferView.Over(buffer), BufferView.Over(buffer)), cancellationToken);
    }

    /// <summary>Gives each rank its block of the root's input.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">
    /// On the root, a block for each rank in rank order: <see cref="Communicator.Size"/> times the length of the output, up to 16 GiB.
    /// Empty on the other ranks.
    /// </param>
    /// <param name="output">
    /// Receives this rank's block; the same length on all ranks. Must not overlap the input, except that it may be the root's own block of
    /// the input.
    /// </param>
    /// <param name="root">The rank that sends the blocks, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
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
    public static ValueTask ScatterAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(output, nameof(output));
        CheckScatter<T>(group, input.Span, output.Span, root);
        return group.StartAsync(Schedules<T>(group, output.Length, root), null, input, output, cancellationToken);
    }

    /// <summary>Like <see cref="ScatterAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="ScatterAsync"/>
    public static void Scatter<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(output, nameof(output));
        CheckScatter<T>(group, input, output, root);
        group.Run(Schedules<T>(group, output.Length, root), null,
            new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)), cancellationToken);
    }

    /// <summary>Gives each rank its block of every rank's input: rank r receives block r of each.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">
    /// A block for each rank in rank order, all of equal length. The length of the input must be the same on all ranks: a multiple of
    /// <see cref="Communicator.Size"/> elements, up to 16 GiB.
    /// </param>
    /// <param name="output">
    /// Receives each rank's block for this rank, in rank order. Must have the length of the input and must not overlap it.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the operation has ended and the library no longer accesses the buffers.</returns>
    /// <exception cref="ArgumentException">
    /// The lengths differ or are not a multiple of the number of ranks, the buffers overlap, or a buffer is too long.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllToAllAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given(input, nameof(input));
        BufferChecks.Given<T>(output, nameof(output));
        CheckAllToAll<T>(group, input.Span, output.Span);
        return group.StartAsync(AllToAllSchedules<T>(group, input.Length), null, input, output, cancellationToken);
    }

    /// <summary>
    /// Gives each rank its block of every rank's buffer, in place. Copies the buffer, so the call temporarily needs as much memory again.
    /// </summary>
    /// <inheritdoc cref="AllToAllAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="buffer">
    /// Before the call, a block for each rank; afterwards, each rank's block for this rank; both in rank order. The same length on all
    /// ranks, a multiple of <see cref="Communicator.Size"/> elements, up to 16 GiB.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask AllToAllAsync<T>(this Communicator group, Memory<T> buffer, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(buffer, nameof(buffer));
        BufferChecks.Times(group.Size, buffer.Length / group.Size, buffer.Length, "buffer", nameof(buffer));
        var schedules = AllToAllSchedules<T>(group, buffer.Length);

        // A received block overwrites one that has to be sent again if its link breaks, so send from a copy.
        return Scratch.UseAsync<T>(buffer.Length, copy =>
        {
            buffer.CopyTo(copy);
            return group.StartAsync<T>(schedules, null, copy, buffer, cancellationToken);
        });
    }

    /// <summary>
    /// Like <see cref="AllToAllAsync{T}(Communicator, Memory{T}, CancellationToken)"/>, but runs on the calling thread, for the lowest
    /// latency.
    /// </summary>
    /// <inheritdoc cref="AllToAllAsync{T}(Communicator, Memory{T}, CancellationToken)"/>
    public static void AllToAll<T>(this Communicator group, Span<T> buffer, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(buffer, nameof(buffer));
        BufferChecks.Times(group.Size, buffer.Length / group.Size, buffer.Length, "buffer", nameof(buffer));
        var schedules = AllToAllSchedules<T>(group, buffer.Length);
        var copy = Scratch.Rent<T>(buffer.Length);
        try
        {
            buffer.CopyTo(copy);
            group.Run(schedules, null, new OperationBuffers(BufferView.Over(copy.AsSpan(0, buffer.Length)), BufferView.Over(buffer)),
                cancellationToken);
        }
        finally
        {
            Scratch.Return(copy);
        }
    }

    /// <summary>
    /// Like <see cref="AllToAllAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>, but runs on the calling thread,
    /// for the lowest latency.
    /// </summary>
    /// <inheritdoc cref="AllToAllAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>
    public static void AllToAll<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given(input, nameof(input));
        BufferChecks.Given<T>(output, nameof(output));
        CheckAllToAll<T>(group, input, output);
        group.Run(AllToAllSchedules<T>(group, input.Length), null,
            new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)), cancellationToken);
    }

    private static Schedule[] BroadcastSchedules<T>(Communicator group, long count, int root)
        where T : unmanaged =>
        group.Schedules.Broadcast(ElementType<T>.Code, ElementType<T>.Size, count, root);

    private static Schedule[] Schedules<T>(Communicator group, long count, int root)
        where T : unmanaged =>
        group.Schedules.Scatter(ElementType<T>.Code, ElementType<T>.Size, count, root);

    private static Schedule[] AllToAllSchedules<T>(Communicator group, int length)
        where T : unmanaged =>
        group.Schedules.AllToAll(ElementType<T>.Code, ElementType<T>.Size, length / group.Size);

    private static void CheckScatter<T>(Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output, int root)
    {
        BufferChecks.Root(group.Size, root);
        if (group.Rank != root)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, 0, nameof(input));
            return;
        }

        BufferChecks.Times(group.Size, output.Length, input.Length, "input", nameof(input));
        BufferChecks.ApartOrOwnPlace(group.Rank, output, input, nameof(output));
    }

    private static void CheckAllToAll<T>(Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        BufferChecks.Times(group.Size, input.Length / group.Size, input.Length, "input", nameof(input));
        if (input.Length != output.Length)
        {
            throw new ArgumentException(
                $"The output has {output.Length} elements and the input {input.Length}; they must have the same length.", nameof(output));
        }

        BufferChecks.Apart(input, output);
    }
}
