using System.Numerics;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <content>AllReduce: every rank gets the combination of all ranks' buffers.</content>
public sealed partial class Communicator
{
    /// <summary>Combines the ranks' buffers element by element; every rank's buffer becomes the result.</summary>
    /// <typeparam name="T">float, double, <see cref="Half"/>, int or long.</typeparam>
    /// <param name="buffer">Input and result; as long on all ranks, any length.</param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffer is the caller's again.</returns>
    /// <exception cref="ArgumentException">The element type is none of the above.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public ValueTask AllReduceAsync<T>(Memory<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T> =>
        AllReduceAsync(buffer, buffer, operation, cancellationToken);

    /// <summary>Combines the ranks' inputs element by element into every rank's output.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Memory{T}, ReduceOp, CancellationToken)"/>
    /// <param name="input">This rank's elements; as long on all ranks, any length.</param>
    /// <param name="output">Takes the result; as long as the input, and either the same memory or apart from it.</param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    public ValueTask AllReduceAsync<T>(ReadOnlyMemory<T> input, Memory<T> output, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(operation);
        CheckAllReduce<T>(input.Span, output.Span);
        return StartAsync(AllReduceSchedule<T>(input.Length, operation), TensorReducer<T>.For(operation), input, output, cancellationToken);
    }

    /// <summary>The same as <see cref="AllReduceAsync{T}(Memory{T}, ReduceOp, CancellationToken)"/>, on the calling thread: the least latency.</summary>
    /// <inheritdoc cref="AllReduceAsync{T}(Memory{T}, ReduceOp, CancellationToken)"/>
    public void AllReduce<T>(Span<T> buffer, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T> =>
        AllReduce(buffer, buffer, operation, cancellationToken);

    /// <summary>
    /// The same as <see cref="AllReduceAsync{T}(ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>, on the calling thread: the least latency.
    /// </summary>
    /// <inheritdoc cref="AllReduceAsync{T}(ReadOnlyMemory{T}, Memory{T}, ReduceOp, CancellationToken)"/>
    public void AllReduce<T>(ReadOnlySpan<T> input, Span<T> output, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(operation);
        CheckAllReduce(input, output);
        var buffers = new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output));
        Run(AllReduceSchedule<T>(input.Length, operation), TensorReducer<T>.For(operation), buffers, cancellationToken);
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
