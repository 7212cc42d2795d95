using SecureCollectives.Collectives;
using SecureCollectives.CompositeCalls;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Collectives that reduce the ranks' elements.</summary>
public static class CommunicatorReductions
{
    /// <summary>Reduces the ranks' buffers element by element; every rank's buffer then holds the result.</summary>
    /// <typeparam name="T">
    /// The element type: float, double, <see cref="Half"/>, <see cref="BFloat16"/>, an integer of 8 to 64 bits or, for a user-defined
    /// reduction, any unmanaged type.
    /// </typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="buffer">Input and result; the same length on all ranks, up to 16 GiB.</param>
    /// <param name="operation">How elements are combined; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the operation has ended and the library no longer accesses the buffers.</returns>
    /// <exception cref="ArgumentException">
    /// The operator does not support the element type, or a buffer has an invalid length or overlap.
    /// </exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllReduceAsync<T>(
        this Communicator group, Memory<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        AllReduceAsync<T>(group, buffer, buffer, operation, cancellationToken);

    /// <summary>Reduces the ranks' inputs element by element into every rank's output.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">This rank's elements; the same length on all ranks, up to 16 GiB.</param>
    /// <param name="output">
    /// Receives the result. Must have the length of the input, and must either be the same memory or not overlap it.
    /// </param>
    /// <param name="operation">How elements are combined; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask AllReduceAsync<T>(this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, ReduceOp operation,
        CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.Given(input, nameof(input));
        BufferChecks.Given<T>(output, nameof(output));
        CheckAllReduce<T>(input.Span, output.Span);
        group.ThrowIfUnusable(cancellationToken);
        var reducer = operation.ReducerOf<T>();
        var part = Scale(input.Span, output.Span, operation) ? output : input;
        return group.StartAsync(Schedules<T>(group, input.Length, operation), reducer, part, output, cancellationToken);
    }

    /// <summary>
    /// Like <see cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>, but runs on the calling thread, for the
    /// lowest latency.
    /// </summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    public static void AllReduce<T>(
        this Communicator group, Span<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        AllReduce<T>(group, buffer, buffer, operation, cancellationToken);

    /// <summary>
    /// Like <see cref="AllReduceAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>, but runs on the
    /// calling thread, for the lowest latency.
    /// </summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>
    public static void AllReduce<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.Given(input, nameof(input));
        BufferChecks.Given<T>(output, nameof(output));
        CheckAllReduce(input, output);
        group.ThrowIfUnusable(cancellationToken);
        var reducer = operation.ReducerOf<T>();
        var part = Scale(input, output, operation) ? output : input;
        var buffers = new OperationBuffers(BufferView.OverReadOnly(part), BufferView.Over(output));
        group.Run(Schedules<T>(group, input.Length, operation), reducer, buffers, cancellationToken);
    }

    /// <summary>Reduces the ranks' inputs element by element and gives each rank its block of the result.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">
    /// This rank's elements, a block for each rank in rank order: <see cref="Communicator.Size"/> times the length of the output, the same
    /// on all ranks, up to 16 GiB.
    /// </param>
    /// <param name="output">
    /// Receives this rank's block of the result, which starts at element <see cref="Communicator.Rank"/> times its length. Must not
    /// overlap the input, except that it may be this rank's own block of the input.
    /// </param>
    /// <param name="operation">
    /// How elements are combined; the same on all ranks. For its block, each rank combines its own elements with those of the rank before
    /// it, then with those of the rank before that, and so on. With several ranks per host, a block of a large buffer goes around the ring
    /// instead: it starts with the elements of the rank after the block's owner, which are combined with those of each following rank in
    /// turn, up to the owner.
    /// </param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask ReduceScatterAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, ReduceOp operation,
            CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.Given(input, nameof(input));
        BufferChecks.Given<T>(output, nameof(output));
        CheckReduceScatter<T>(group, input.Span, output.Span);
        return new ReduceScatterCall<T>(group, operation, output.Length).StartAsync(input, output, cancellationToken);
    }

    /// <summary>Like <see cref="ReduceScatterAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="ReduceScatterAsync"/>
    public static void ReduceScatter<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.Given(input, nameof(input));
        BufferChecks.Given<T>(output, nameof(output));
        CheckReduceScatter<T>(group, input, output);
        new ReduceScatterCall<T>(group, operation, output.Length).Run(input, output, cancellationToken);
    }

    /// <summary>Reduces the ranks' inputs element by element into the root's output.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="input">This rank's elements; the same length on all ranks, up to 16 GiB.</param>
    /// <param name="output">
    /// On the root, receives the result: must have the length of the input, and must either be the same memory or not overlap it. Empty on
    /// the other ranks.
    /// </param>
    /// <param name="operation">
    /// How elements are combined; the same on all ranks. A large buffer goes around the ring: it starts with the elements of the rank
    /// after the root, which are combined with those of each following rank in turn, up to the root. A small buffer is combined along a
    /// tree, in rank order counted from the root.
    /// </param>
    /// <param name="root">The rank that receives the result, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    public static ValueTask ReduceAsync<T>(
        this Communicator group, ReadOnlyMemory<T> input, Memory<T> output, ReduceOp operation, int root,
            CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.Given(input, nameof(input));
        CheckReduce<T>(group, input.Span, output.Span, root);
        return new ReduceCall<T>(group, operation, input.Length, root).StartAsync(input, output, cancellationToken);
    }

    /// <summary>Like <see cref="ReduceAsync"/>, but runs on the calling thread, for the lowest latency.</summary>
    /// <inheritdoc cref="ReduceAsync"/>
    public static void Reduce<T>(
        this Communicator group, ReadOnlySpan<T> input, Span<T> output, ReduceOp operation, int root,
            CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.Given(input, nameof(input));
        CheckReduce(group, input, output, root);
        new ReduceCall<T>(group, operation, input.Length, root).Run(input, output, cancellationToken);
    }

    /// <summary>For an operator that scales, writes this rank's scaled elements to the output; the operation then runs in place.</summary>
    /// <returns>Whether the operator scales.</returns>
    private static bool Scale<T>(ReadOnlySpan<T> input, Span<T> output, ReduceOp operation)
        where T : unmanaged
    {
        if (operation.Scales)
        {
            operation.Scale(input, output);
        }

        return operation.Scales;
    }

    private static Schedule[] Schedules<T>(Communicator group, long count, ReduceOp operation)
        where T : unmanaged =>
        group.Schedules.AllReduce(ElementType<T>.Code, ElementType<T>.Size, operation.Code, count, operation.Detail);

    private static void CheckReduceScatter<T>(Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        BufferChecks.Times(group.Size, output.Length, input.Length, "input", nameof(input));
        BufferChecks.ApartOrOwnPlace(group.Rank, output, input, nameof(output));
    }

    private static void CheckReduce<T>(Communicator group, ReadOnlySpan<T> input, ReadOnlySpan<T> output, int root)
    {
        BufferChecks.Root(group.Size, root);
        if (group.Rank == root)
        {
            CheckAllReduce(input, output);
        }
        else
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, 0, nameof(output));
        }
    }

    private static void CheckAllReduce<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        if (input.Length != output.Length)
        {
            throw new ArgumentException(
                $"The output has {output.Length} elements and the input {input.Length}; they must have the same length.", nameof(output));
        }

        if (input.Overlaps(output, out var offset) && offset != 0)
        {
            throw new ArgumentException("Input and output overlap; they must be the same memory or be apart.", nameof(output));
        }
    }
}
