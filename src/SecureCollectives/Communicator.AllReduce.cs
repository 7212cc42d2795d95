using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <content>AllReduce: every rank gets the combination of all ranks' buffers.</content>
public sealed partial class Communicator
{
    /// <summary>Combines the ranks' buffers element by element; every rank's buffer becomes the result.</summary>
    /// <typeparam name="T">float, double, <see cref="Half"/>, <see cref="BFloat16"/>, or an integer of 8 to 64 bits; any without references for a reduction of one's own.</typeparam>
    /// <param name="buffer">Input and result; as long on all ranks, any length.</param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffer is the caller's again.</returns>
    /// <exception cref="ArgumentException">The operator is not for this element type.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public ValueTask AllReduceAsync<T>(Memory<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        AllReduceAsync(buffer, buffer, operation, cancellationToken);

    /// <summary>Combines the ranks' inputs element by element into every rank's output.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="input">This rank's elements; as long on all ranks, any length.</param>
    /// <param name="output">Takes the result; as long as the input, and either the same memory or apart from it.</param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    public ValueTask AllReduceAsync<T>(ReadOnlyMemory<T> input, Memory<T> output, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(operation);
        CheckAllReduce<T>(input.Span, output.Span);
        var reducer = operation.ReducerOf<T>();
        var part = Scale(input.Span, output.Span, operation) ? output : input;
        return StartAsync(AllReduceSchedule<T>(input.Length, operation), reducer, part, output, cancellationToken);
    }

    /// <summary>The same as <see cref="AllReduceAsync{T}(Memory{T}, ReduceOp, CancellationToken)"/>, on the calling thread: the least latency.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Memory{T}, ReduceOp, CancellationToken)"/>
    public void AllReduce<T>(Span<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        AllReduce(buffer, buffer, operation, cancellationToken);

    /// <summary>
    /// The same as <see cref="AllReduceAsync{T}(ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>, on the calling thread: the least latency.
    /// </summary>
    /// <inheritdoc cref="AllReduceAsync{T}(ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>
    public void AllReduce<T>(ReadOnlySpan<T> input, Span<T> output, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(operation);
        CheckAllReduce(input, output);
        var reducer = operation.ReducerOf<T>();
        var part = Scale(input, output, operation) ? output : input;
        var buffers = new OperationBuffers(BufferView.OverReadOnly(part), BufferView.Over(output));
        Run(AllReduceSchedule<T>(input.Length, operation), reducer, buffers, cancellationToken);
    }

    /// <summary>Puts this rank's part into the output, scaled, where the operator wants it scaled: the operation goes on in place.</summary>
    /// <returns>Whether it did.</returns>
    private static bool Scale<T>(ReadOnlySpan<T> input, Span<T> output, ReduceOp operation)
        where T : unmanaged
    {
        if (operation.Code != OperatorCode.PreScaledSum)
        {
            return false;
        }

        Scaling.Scale(input, operation.Factor, output);
        return true;
    }

    private static void CheckAllReduce<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> output)
    {
        if (input.Length != output.Length)
        {
            throw new ArgumentException($"The output has {output.Length} elements and the input {input.Length}; AllReduce needs as many.", nameof(output));
        }

        if (input.Overlaps(output, out var offset) && offset != 0)
        {
            throw new ArgumentException("Input and output overlap; they must be the same memory or apart.", nameof(output));
        }
    }
}
