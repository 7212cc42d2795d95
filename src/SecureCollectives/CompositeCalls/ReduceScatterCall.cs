using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>
/// A ReduceScatter that writes directly to the caller's output or, if it goes around the ring, to scratch memory that also holds partial
/// results.
/// </summary>
/// <param name="group">The communicator on which the operations are queued.</param>
/// <param name="operation">How elements are combined; the same on all ranks.</param>
/// <param name="count">The number of elements in one rank's block.</param>
internal readonly struct ReduceScatterCall<T>(Communicator group, ReduceOp operation, int count)
    where T : unmanaged
{
    private readonly Reducer _reducer = operation.ReducerOf<T>();
    private readonly Schedule[] _schedules = group.Schedules.ReduceScatter(
        ElementType<T>.Code, ElementType<T>.Size, operation.Code, count, operation.Detail);

    /// <summary>
    /// Whether the operation's output has the length of the input and holds partial results, as it does around the ring.
    /// </summary>
    private bool HoldsPartialResults => _schedules[0].Descriptor.Algorithm == AlgorithmCode.Ring;

    /// <summary>Queues the operation.</summary>
    public ValueTask StartAsync(ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken) =>
        operation.Scales || HoldsPartialResults
        ? StartInScratchAsync(input, output, cancellationToken)
        : group.StartAsync(_schedules, _reducer, input, output, cancellationToken);

    /// <summary>Runs the operation on the calling thread.</summary>
    public void Run(ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken)
    {
        if (!operation.Scales && !HoldsPartialResults)
        {
            group.Run(_schedules, _reducer, new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)),
                cancellationToken);
            return;
        }

        var rented = Scratch.Rent<T>(input.Length);
        try
        {
            var scratch = rented.AsSpan(0, input.Length);
            var from = operation.Scales ? scratch : input;
            if (operation.Scales)
            {
                operation.Scale(input, scratch);
            }

            var target = HoldsPartialResults ? scratch : output;
            group.Run(_schedules, _reducer, new OperationBuffers(BufferView.OverReadOnly(from), BufferView.Over(target)),
                cancellationToken);
            if (HoldsPartialResults)
            {
                scratch.Slice(group.Rank * count, count).CopyTo(output);
            }
        }
        finally
        {
            Scratch.Return(rented);
        }
    }

    /// <summary>
    /// Starts the operation in scratch memory. This is a separate method so that only calls that need its closure allocate it.
    /// </summary>
    private ValueTask StartInScratchAsync(ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken)
    {
        var call = this;
        return Scratch.UseAsync<T>(input.Length, scratch => call.StartInAsync(scratch, input, output, cancellationToken));
    }

    private async ValueTask StartInAsync(Memory<T> scratch, ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken)
    {
        var from = operation.Scales ? scratch : input;
        if (operation.Scales)
        {
            operation.Scale(input.Span, scratch.Span);
        }

        await group.StartAsync(_schedules, _reducer, from, HoldsPartialResults ? scratch : output, cancellationToken).ConfigureAwait(false);
        if (HoldsPartialResults)
        {
            scratch.Slice(group.Rank * count, count).CopyTo(output);
        }
    }
}
