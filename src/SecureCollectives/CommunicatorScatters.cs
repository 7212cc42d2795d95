using SecureCollectives.Collectives;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Collectives that hand out elements: of one rank, or of each.</summary>
public static class CommunicatorScatters
{
    /// <summary>Gives every rank the elements of one.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="buffer">On the root the elements, elsewhere it takes them; as long on all ranks, any length up to 16 GiB.</param>
    /// <param name="root">The rank that has them; the same on all ranks.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffer is the caller's again.</returns>
    /// <exception cref="ArgumentException">There is no such rank.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
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

    /// <summary>The same as <see cref="BroadcastAsync"/>, on the calling thread: the least latency.</summary>
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

    /// <summary>Gives each rank its block of one rank's input.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="input">On the root all blocks, in the order of the ranks: <see cref="Communicator.Size"/> times as long as the output.
    /// Empty elsewhere.</param>
    /// <param name="output">Takes this rank's block; as long on all ranks. Apart from the input, or the root's own place in it.</param>
    /// <param name="root">The rank that has them; the same on all ranks.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, there is no such rank, or the buffers overlap elsewhere.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
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

    /// <summary>The same as <see cref="ScatterAsync"/>, on the calling thread: the least latency.</summary>
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

    /// <summary>Gives each rank a block of every rank's input.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="input">A block for each rank, in their order; as long on all ranks.</param>
    /// <param name="output">Takes the block that each rank has for this one, in their order; as long as the input, and apart from
    /// it.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of the number of ranks, or the buffers
    /// overlap.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
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

    /// <summary>Gives each rank a block of every rank's buffer, in place. It takes as much memory again meanwhile, for a copy.</summary>
    /// <inheritdoc cref="AllToAllAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="buffer">A block for each rank, in their order, and then the block that each rank has for this one; as long on all
    /// ranks.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    public static ValueTask AllToAllAsync<T>(this Communicator group, Memory<T> buffer, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        BufferChecks.Given<T>(buffer, nameof(buffer));
        BufferChecks.Times(group.Size, buffer.Length / group.Size, buffer.Length, "buffer", nameof(buffer));
        var schedules = AllToAllSchedules<T>(group, buffer.Length);

        // A block that arrives takes the place of one that may have to be sent again, should its link break.
        return Scratch.UseAsync<T>(buffer.Length, copy =>
        {
            buffer.CopyTo(copy);
            return group.StartAsync<T>(schedules, null, copy, buffer, cancellationToken);
        });
    }

    /// <summary>
    /// The same as <see cref="AllToAllAsync{T}(Communicator, Memory{T}, CancellationToken)"/>, on the calling thread: the least latency.
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
    /// The same as <see cref="AllToAllAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, CancellationToken)"/>, on the calling thread:
    /// the least latency.
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
                $"The output has {output.Length} elements and the input {input.Length}; AllToAll needs as many.", nameof(output));
        }

        BufferChecks.Apart(input, output);
    }
}
