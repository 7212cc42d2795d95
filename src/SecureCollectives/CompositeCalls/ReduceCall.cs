using SecureCollectives.Collectives;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>
/// A Reduce: one operation, or one for each segment of a large buffer. On ranks other than the root, partial results need scratch memory of
/// a segment's length.
/// </summary>
/// <param name="group">The communicator on which the operations are queued.</param>
/// <param name="operation">How elements are combined; the same on all ranks.</param>
/// <param name="length">The number of elements in the buffer.</param>
/// <param name="root">The rank that receives the result, 0 to the world size - 1.</param>
internal readonly struct ReduceCall<T>(Communicator group, ReduceOp operation, int length, int root)
    where T : unmanaged
{
    private readonly Reducer _reducer = operation.ReducerOf<T>();
    private readonly int _segments = group.Schedules.SegmentsOfReduce(new Elements(length, ElementType<T>.Size));

    private int ScratchLength => _segments == 1 ? length : ReduceSegments.Bytes / ElementType<T>.Size;

    /// <summary>Queues all segments before it returns, so that the caller's next operations follow them on every rank.</summary>
    public ValueTask StartAsync(ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken)
    {
        var call = this;
        if (operation.Scales)
        {
            return Scratch.UseAsync<T>(length, scaled => call.StartScaledAsync(input, scaled, output, cancellationToken));
        }

        return group.Rank == root
            ? StartAllAsync(input, output, cancellationToken)
            : Scratch.UseAsync<T>(ScratchLength, partial => call.StartAllAsync(input, partial, cancellationToken));
    }

    /// <summary>Runs one segment after the other on the calling thread.</summary>
    public void Run(ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken)
    {
        var scaled = operation.Scales ? new T[length] : [];
        if (operation.Scales)
        {
            operation.Scale(input, scaled);
            input = scaled;
        }

        if (group.Rank == root)
        {
            RunAll(input, output, cancellationToken);
            return;
        }

        var partial = Scratch.Rent<T>(ScratchLength);
        try
        {
            RunAll(input, partial, cancellationToken);
        }
        finally
        {
            Scratch.Return(partial);
        }
    }

    private ValueTask StartScaledAsync(ReadOnlyMemory<T> input, Memory<T> scaled, Memory<T> output, CancellationToken cancellationToken)
    {
        operation.Scale(input.Span, scaled.Span);
        var call = this;
        return group.Rank == root
            ? StartAllAsync(scaled, output, cancellationToken)
            : Scratch.UseAsync<T>(ScratchLength, partial => call.StartAllAsync(scaled, partial, cancellationToken));
    }

    private ValueTask StartAllAsync(ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken)
    {
        if (_segments == 1)
        {
            return group.StartAsync(Schedules(0), _reducer, input, output, cancellationToken);
        }

        var segments = new List<Task>();
        for (var segment = 0; segment < _segments; segment++)
        {
            try
            {
                segments.Add(group.StartAsync(Schedules(segment), _reducer, input, output, cancellationToken).AsTask());
            }
            catch (Exception exception) when (segment > 0)
            {
                // Await the earlier segments before the buffers return to the caller and the scratch memory to its pool.
                group.Abandon();
                segments.Add(Task.FromException(exception));
                break;
            }
        }

        return new ValueTask(Task.WhenAll(segments));
    }

    private void RunAll(ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken)
    {
        for (var segment = 0; segment < _segments; segment++)
        {
            try
            {
                group.Run(Schedules(segment), _reducer, new OperationBuffers(BufferView.OverReadOnly(input), BufferView.Over(output)),
                    cancellationToken);
            }
            catch (Exception) when (segment > 0)
            {
                // The other ranks are in the middle of the same call.
                group.Abandon();
                throw;
            }
        }
    }

    private Schedule[] Schedules(int segment) =>
        group.Schedules.Reduce(ElementType<T>.Code, ElementType<T>.Size, operation.Code, length, root, segment, operation.Detail);
}
