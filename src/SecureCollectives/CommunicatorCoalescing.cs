using SecureCollectives.Collectives;
using SecureCollectives.CompositeCalls;

namespace SecureCollectives;

/// <summary>Collectives over many buffers at once, such as all tensors of a model.</summary>
/// <remarks>
/// Buffers of less than 1 MiB go together: they are copied into memory of the library's own, up to 16 MiB for one operation, and the
/// results back. Larger ones are operations of their own, without a copy. All operations of a call are queued before it returns, in an
/// order that follows from the lengths alone. Beside the copies, which are rented, a call allocates a few objects for each operation and an
/// array as long as the list.
/// </remarks>
public static class CommunicatorCoalescing
{
    /// <summary>Combines the ranks' buffers element by element; every rank's buffers become the result.</summary>
    /// <typeparam name="T">
    /// float, double, <see cref="Half"/>, <see cref="BFloat16"/>, or an integer of 8 to 64 bits; any without references for a reduction of
    /// one's own.
    /// </typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="buffers">
    /// Input and result, apart from each other; as many on all ranks and with the same lengths, in the same order. Where they are not, all
    /// ranks learn so.
    /// </param>
    /// <param name="operation">How elements are combined.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when all buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">The operator is not for this element type.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many operations are queued. Part of the call may have been made: dispose of the communicator.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllReduceCoalescedAsync<T>(
        this Communicator group, IReadOnlyList<Memory<T>> buffers, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentNullException.ThrowIfNull(operation);
        return new CoalescedAllReduce<T>(group, buffers, operation).StartAsync(cancellationToken);
    }

    /// <summary>Gives every rank the buffers of one, such as the weights that training begins with.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="group">Whose ranks all make this call.</param>
    /// <param name="buffers">
    /// On the root the elements, elsewhere they take them; apart from each other, as many on all ranks and with the same lengths, in the
    /// same order. Where they are not, all ranks learn so.
    /// </param>
    /// <param name="root">The rank that has them; the same on all ranks.</param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when all buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">There is no such rank.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many operations are queued. Part of the call may have been made: dispose of the communicator.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask BroadcastCoalescedAsync<T>(
        this Communicator group, IReadOnlyList<Memory<T>> buffers, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(buffers);
        BufferChecks.Root(group.Size, root);
        return new CoalescedBroadcast<T>(group, buffers, root).StartAsync(cancellationToken);
    }
}
