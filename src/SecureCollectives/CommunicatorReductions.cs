using SecureCollectives.Collectives;
using SecureCollectives.CompositeCalls;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <summary>Collectives that combine the ranks' elements.</summary>
public static class CommunicatorReductions
{
    /// <summary>Combines the ranks' buffers element by element; every rank's buffer becomes the result.</summary>
    /// <typeparam name="T">float, double, <see cref="Half"/>, <see cref="BFloat16"/>, or an integer of 8 to 64 bits; any without references
    /// for a reduction of one's own.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="buffer">Input and result; as long on all ranks, any length up to 16 GiB.</param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffer is the caller's again.</returns>
    /// <exception cref="ArgumentException">The operator is not for this element type.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllReduceAsync<T>(
        this Communicator group, Memory<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        AllReduceAsync<T>(group, buffer, buffer, operation, cancellationToken);

    /// <summary>Combines the ranks' inputs element by element into every rank's output.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="input">This rank's elements; as long on all ranks, any length up to 16 GiB.</param>
    /// <param name="output">Takes the result; as long as the input, and either the same memory or apart from it.</param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
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
    /// The same as <see cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>, on the calling thread: the least
    /// latency.
    /// </summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    public static void AllReduce<T>(
        this Communicator group, Span<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        AllReduce<T>(group, buffer, buffer, operation, cancellationToken);

    /// <summary>
    /// The same as <see cref="AllReduceAsync{T}(Communicator, ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>, on the calling
    /// thread: the least latency.
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

    /// <summary>Combines the ranks' inputs element by element, and gives each rank its part of the result.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="input">This rank's elements: <see cref="Communicator.Size"/> times as many as each gets; as long on all ranks.</param>
    /// <param name="output">
    /// Takes the part of the result that begins <see cref="Communicator.Rank"/> times its length into the input. Apart from the input, or
    /// this rank's own place in it.
    /// </param>
    /// <param name="operation">
    /// How elements are combined: those of this rank with those of the rank before it, then of the one before that, and so on around. A
    /// large buffer's, where hosts have several ranks: those of the rank after this one with those of the next, and so on around to this
    /// one.
    /// </param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
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

    /// <summary>The same as <see cref="ReduceScatterAsync"/>, on the calling thread: the least latency.</summary>
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

    /// <summary>Combines the ranks' inputs element by element into the output of one rank.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Communicator, Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="input">This rank's elements; as long on all ranks, any length up to 16 GiB.</param>
    /// <param name="output">On the root it takes the result: as long as the input, and either the same memory or apart from it. Empty
    /// elsewhere.</param>
    /// <param name="operation">
    /// How elements are combined: a large buffer's of the rank after the root with those of the next, and so on around to the root; a small
    /// one's along a tree, in the order of the ranks counted from the root.
    /// </param>
    /// <param name="root">The rank that gets the result; the same on all ranks.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
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

    /// <summary>The same as <see cref="ReduceAsync"/>, on the calling thread: the least latency.</summary>
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

    /// <summary>
    /// Puts this rank's part into the output, scaled, where the operator wants it scaled: the operation goes on in place.
    /// </summary>
    /// <returns>Whether it did.</returns>
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
                $"The output has {output.Length} elements and the input {input.Length}; both need as many.", nameof(output));
        }

        if (input.Overlaps(output, out var offset) && offset != 0)
        {
            throw new ArgumentException("Input and output overlap; they must be the same memory or apart.", nameof(output));
        }
    }
}
