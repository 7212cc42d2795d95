using SecureCollectives.Collectives;
using SecureCollectives.Reduction;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.CompositeCalls;

/// <summary>
/// A call over many buffers. Packed buffers are copied into scratch memory, and copied back when their operation has ended.
/// </summary>
/// <param name="group">The communicator on which the operations are queued.</param>
/// <param name="list">The caller's buffers. The list is copied; the buffers are used until the call ends.</param>
/// <param name="reducer">Combines chunks; null if nothing is reduced.</param>
/// <param name="detail">Distinguishes operators with the same code; 0 if there is only one.</param>
internal abstract class CoalescedCall<T>(Communicator group, IReadOnlyList<Memory<T>> list, Reducer? reducer, ulong detail)
    where T : unmanaged
{
    private readonly Memory<T>[] _buffers = [.. list];

    /// <summary>The communicator.</summary>
    protected Communicator Group => group;

    /// <summary>Whether this rank's buffers are read.</summary>
    protected abstract bool HasInput { get; }

    /// <summary>Whether this rank's buffers receive a result.</summary>
    protected abstract bool HasOutput { get; }

    /// <summary>Queues all operations before it returns, so that the caller's next operations follow them on every rank.</summary>
    /// <returns>A task that completes when the library no longer accesses any of the buffers.</returns>
    public ValueTask StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int[] lengths = [.. _buffers.Select(static buffer => buffer.Length)];
        var split = SplitHash.Of(lengths, detail);
        var started = new List<Task>();
        foreach (var operation in CoalescingPlan.Of(lengths, ElementType<T>.Size))
        {
            started.Add(StartAsync(operation, split, cancellationToken));
            if (started[^1] is { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                // The operation was refused. Other ranks would mistake a later operation for the refused one.
                break;
            }
        }

        return new ValueTask(started.Count == 1 ? started[0] : Task.WhenAll(started));
    }

    /// <summary>Returns the schedules of one operation of the call.</summary>
    /// <param name="count">The number of elements in the operation.</param>
    /// <param name="split">The hash of the lengths into which the elements of the whole call are divided.</param>
    protected abstract Schedule[] SchedulesOf(int count, ulong split);

    /// <summary>Puts this rank's elements where the operation reads them.</summary>
    /// <param name="source">One of the caller's buffers, unchanged unless it is the target.</param>
    /// <param name="target">The buffer's place in the operation, of the same length; the same memory if the operation is in place.</param>
    protected abstract void Prepare(ReadOnlySpan<T> source, Span<T> target);

    private async Task StartAsync(CoalescedOperation operation, ulong split, CancellationToken cancellationToken)
    {
        if (operation.IsInPlace)
        {
            await StartInPlaceAsync(_buffers[operation.Buffers[0].Buffer], split, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await Scratch.UseAsync<T>(operation.Count, pack => StartPackedAsync(operation, pack, split, cancellationToken))
                .ConfigureAwait(false);
        }
    }

    private ValueTask StartInPlaceAsync(Memory<T> buffer, ulong split, CancellationToken cancellationToken)
    {
        if (HasInput)
        {
            Prepare(buffer.Span, buffer.Span);
        }

        return group.StartAsync(SchedulesOf(buffer.Length, split), reducer, buffer, buffer, cancellationToken);
    }

    private async ValueTask StartPackedAsync(CoalescedOperation operation, Memory<T> pack, ulong split, CancellationToken cancellationToken)
    {
        foreach (var (buffer, start, count) in HasInput ? operation.Buffers : [])
        {
            Prepare(_buffers[buffer].Span, pack.Span.Slice(start, count));
        }

        await group.StartAsync(SchedulesOf(operation.Count, split), reducer, pack, pack, cancellationToken).ConfigureAwait(false);
        foreach (var (buffer, start, count) in HasOutput ? operation.Buffers : [])
        {
            pack.Span.Slice(start, count).CopyTo(_buffers[buffer].Span);
        }
    }
}
