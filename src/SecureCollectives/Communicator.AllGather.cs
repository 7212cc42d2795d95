using SecureCollectives.Transport.Schedules;

namespace SecureCollectives;

/// <content>AllGather: every rank gets all ranks' shards.</content>
public sealed partial class Communicator
{
    /// <summary>Gathers the ranks' shards, in the order of the ranks, into every rank's output.</summary>
    /// <typeparam name="T">Any type without references: numbers, or a struct.</typeparam>
    /// <param name="shard">This rank's elements; as many on all ranks, any number.</param>
    /// <param name="all">
    /// Takes all shards: <see cref="Size"/> times as long as the shard, and apart from it, unless the shard is this rank's own place in it.
    /// </param>
    /// <param name="cancellationToken">Aborts the communicator on all ranks.</param>
    /// <returns>Completes when the buffers are the caller's again.</returns>
    /// <exception cref="ArgumentException">The lengths do not match, or the shard overlaps the output elsewhere.</exception>
    /// <exception cref="CollectiveException">The operation failed.</exception>
    /// <exception cref="ObjectDisposedException">The communicator was disposed.</exception>
    public ValueTask AllGatherAsync<T>(ReadOnlyMemory<T> shard, Memory<T> all, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        CheckAllGather<T>(shard.Span, all.Span);
        return StartAsync(AllGatherSchedule<T>(shard.Length), null, shard, all, cancellationToken);
    }

    /// <summary>The same as <see cref="AllGatherAsync"/>, on the calling thread: the least latency.</summary>
    /// <inheritdoc cref="AllGatherAsync"/>
    public void AllGather<T>(ReadOnlySpan<T> shard, Span<T> all, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        CheckAllGather(shard, all);
        var buffers = new OperationBuffers(BufferView.OverReadOnly(shard), BufferView.Over(all));
        Run(AllGatherSchedule<T>(shard.Length), null, buffers, cancellationToken);
    }

    private void CheckAllGather<T>(ReadOnlySpan<T> shard, ReadOnlySpan<T> all)
    {
        if ((long)shard.Length * Size != all.Length)
        {
            throw new ArgumentException(
                $"The output has {all.Length} elements; AllGather of {shard.Length} from each of {Size} ranks needs {(long)shard.Length * Size}.", nameof(all));
        }

        if (all.Overlaps(shard, out var offset) && offset != Rank * shard.Length)
        {
            throw new ArgumentException($"The shard overlaps the output elsewhere than at rank {Rank}'s own place.", nameof(all));
        }
    }
}
