using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <content>Barrier: no rank leaves before all have entered.</content>
public sealed partial class Communicator
{
    /// <summary>Completes when all ranks have called it.</summary>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when all ranks have entered.</returns>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public ValueTask BarrierAsync(CancellationToken cancellationToken = default) =>
        StartAsync(_schedules.Barrier(), null, ReadOnlyMemory<byte>.Empty, Memory<byte>.Empty, cancellationToken);

    /// <summary>The same as <see cref="BarrierAsync"/>, on the calling thread.</summary>
    /// <inheritdoc cref="BarrierAsync"/>
    public void Barrier(CancellationToken cancellationToken = default) =>
        Run(_schedules.Barrier(), null, new OperationBuffers(BufferView.Over<byte>([]), BufferView.Over<byte>([])), cancellationToken);
}
