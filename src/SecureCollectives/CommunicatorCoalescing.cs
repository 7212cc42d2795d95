using SecureCollectives.Collectives;
using SecureCollectives.CompositeCalls;

namespace SecureCollectives;

/// <summary>Collectives over many buffers at once, such as all tensors in a model.</summary>
/// <remarks>
/// Buffers of less than 1 MiB are packed: they are copied into the library's own memory, up to 16 MiB per operation, and the results are
/// copied back. Each larger buffer is an operation of its own, without a copy. All operations of a call are queued before the call returns,
/// in an order that depends only on the lengths. Apart from the rented copies, a call allocates a few objects per operation and an array
/// as long as the list.
/// </remarks>
public static class CommunicatorCoalescing
{
    /// <summary>Reduces the ranks' buffers element by element; every rank's buffers then hold the result.</summary>
    /// <typeparam name="T">
    /// The element type: float, double, <see cref="Half"/>, <see cref="BFloat16"/>, an integer of 8 to 64 bits or, for a user-defined
    /// reduction, any unmanaged type.
    /// </typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="buffers">
    /// Input and result. The buffers must not overlap. Their number, order and lengths must be the same on all ranks; otherwise the call
    /// fails on all ranks.
    /// </param>
    /// <param name="operation">How elements are combined; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the library no longer accesses any of the buffers.</returns>
    /// <exception cref="ArgumentException">The operator does not support the element type.</exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many operations are queued. Part of the call may have started, so dispose the communicator.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask AllReduceCoalescedAsync<T>(
        this Communicator group, IReadOnlyList<Memory<T>> buffers, ReduceOp operation, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentNullException.ThrowIfNull(operation);
        BufferChecks.AllGiven(buffers, nameof(buffers));
        return new CoalescedAllReduce<T>(group, buffers, operation).StartAsync(cancellationToken);
    }

    /// <summary>Copies the root's buffers, such as a model's initial weights, to every rank.</summary>
    /// <typeparam name="T">The element type: any unmanaged type, that is, numbers or structs without references.</typeparam>
    /// <param name="group">The communicator. All of its ranks must make this call.</param>
    /// <param name="buffers">
    /// Input on the root, output on the other ranks. The buffers must not overlap. Their number, order and lengths must be the same on all
    /// ranks; otherwise the call fails on all ranks.
    /// </param>
    /// <param name="root">The rank whose buffers are copied, 0 to <see cref="Communicator.Size"/> - 1; the same on all ranks.</param>
    /// <param name="cancellationToken">Cancels the call. Once it has started, cancelling aborts the communicator on all ranks.</param>
    /// <returns>A task that completes when the library no longer accesses any of the buffers.</returns>
    /// <exception cref="ArgumentException">The root is not a rank of the communicator.</exception>
    /// <exception cref="CollectiveException">The operation failed on this rank or on another.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many operations are queued. Part of the call may have started, so dispose the communicator.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public static ValueTask BroadcastCoalescedAsync<T>(
        this Communicator group, IReadOnlyList<Memory<T>> buffers, int root, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(buffers);
        BufferChecks.Root(group.Size, root);
        BufferChecks.AllGiven(buffers, nameof(buffers));
        return new CoalescedBroadcast<T>(group, buffers, root).StartAsync(cancellationToken);
    }
}
