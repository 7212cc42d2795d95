namespace SecureCollectives.Cli.Train;

/// <summary>
/// The order in which an epoch visits the training positions, divided into global batches. Every worker derives the same order from the
/// seed and takes the positions that it owns from each batch. Each batch therefore consists of the same images for any number of workers,
/// and training with one worker differs from training with many only by rounding.
/// </summary>
internal sealed class BatchOrder
{
    private readonly int[] _order;
    private readonly int _batch;

    public BatchOrder(int trainingCount, int batch, int seed, int epoch)
    {
        _batch = batch;
        _order = Enumerable.Range(0, trainingCount).ToArray();
        new Random(HashOf(seed, epoch)).Shuffle(_order);
    }

    /// <summary>The number of optimizer steps in the epoch. The last batch may be smaller than the others.</summary>
    public int Steps => (_order.Length + _batch - 1) / _batch;

    /// <summary>Returns the training positions of one step, over all workers.</summary>
    public ReadOnlySpan<int> GlobalBatch(int step)
    {
        var start = step * _batch;
        return _order.AsSpan(start, Math.Min(_batch, _order.Length - start));
    }

    // HashCode.Combine uses a random seed in each process, but every worker must compute the same order.
    private static int HashOf(int seed, int epoch) => unchecked((seed * 0x01000193) ^ (epoch * (int)0x9E3779B1));
}
