namespace SecureCollectives.Cli.Train;

/// <summary>
/// The order in which the training positions are visited in one epoch, cut into global batches. Every worker derives the same order from
/// the seed and picks from each batch the positions that it owns. So a batch consists of the same images however many workers share it, and
/// training with one worker differs from training with many by rounding alone.
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

    /// <summary>Optimizer steps in the epoch; the last batch may be smaller than the others.</summary>
    public int Steps => (_order.Length + _batch - 1) / _batch;

    /// <summary>The training positions of one step, over all workers.</summary>
    public ReadOnlySpan<int> GlobalBatch(int step)
    {
        var start = step * _batch;
        return _order.AsSpan(start, Math.Min(_batch, _order.Length - start));
    }

    // Not HashCode.Combine: that differs from process to process, and every worker must find the same order.
    private static int HashOf(int seed, int epoch) => unchecked((seed * 0x01000193) ^ (epoch * (int)0x9E3779B1));
}
