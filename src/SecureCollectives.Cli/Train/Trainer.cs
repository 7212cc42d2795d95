using System.Numerics.Tensors;

namespace SecureCollectives.Cli.Train;

/// <summary>
/// Data-parallel training on one worker. In each step, every worker adds up the gradients of those images in the global batch that belong
/// to its part of the data. AllReduce turns these sums into the mean over the batch, with which every worker takes the same step. The
/// workers start from the same weights and therefore stay identical, which the digests prove at the end.
/// </summary>
internal sealed class Trainer
{
    private readonly TrainingOptions _options;
    private readonly IWorkerGroup _group;
    private readonly Action<EpochReport> _report;
    private readonly DigitsSplit _split;
    private readonly DigitsDataset _own;
    private readonly Mlp _model;
    private readonly MomentumOptimizer _optimizer;

    // The loss is sent along behind the gradient, in the same AllReduce.
    private readonly float[] _gradientAndLoss;

    public Trainer(TrainingOptions options, DigitsDataset data, IWorkerGroup group, Action<EpochReport> report)
    {
        _options = options;
        _group = group;
        _report = report;
        _split = new DigitsSplit(data);
        _own = _split.TrainingPart(group.Rank, group.Size);
        _model = new Mlp(DigitsDataset.Pixels, options.Hidden, DigitsDataset.Classes, options.Seed);
        _optimizer = new MomentumOptimizer(_model.Parameters.Length, options.LearningRate);
        _gradientAndLoss = new float[_model.Parameters.Length + 1];
    }

    /// <summary>The number of this worker's training images.</summary>
    public int OwnCount => _own.Count;

    /// <summary>The number of training images on all workers together.</summary>
    public int TrainingCount => _split.TrainingCount;

    public async Task<TrainingResult> RunAsync(CancellationToken cancellationToken)
    {
        for (var epoch = 1; epoch <= _options.Epochs; epoch++)
        {
            var loss = await RunEpochAsync(epoch, cancellationToken).ConfigureAwait(false);
            if (_group.Rank == 0)
            {
                _report(new EpochReport(epoch, loss, TestAccuracy()));
            }
        }

        var digests = await _group.GatherAsync(WeightDigest.Of(_model.Parameters), cancellationToken).ConfigureAwait(false);
        return new TrainingResult(TestAccuracy(), digests);
    }

    private async Task<double> RunEpochAsync(int epoch, CancellationToken cancellationToken)
    {
        var order = new BatchOrder(_split.TrainingCount, _options.Batch, _options.Seed, epoch);
        double totalLoss = 0;
        for (var step = 0; step < order.Steps; step++)
        {
            SumOwnGradients(order.GlobalBatch(step));
            await _group.AverageAsync(_gradientAndLoss, cancellationToken).ConfigureAwait(false);
            _optimizer.Step(_model.Parameters, _gradientAndLoss.AsSpan(0, _model.Parameters.Length));
            totalLoss += _gradientAndLoss[^1] * order.GlobalBatch(step).Length;
        }

        return totalLoss / _split.TrainingCount;
    }

    private void SumOwnGradients(ReadOnlySpan<int> globalBatch)
    {
        Array.Clear(_gradientAndLoss);
        var gradient = _gradientAndLoss.AsSpan(0, _model.Parameters.Length);
        foreach (var position in globalBatch)
        {
            if (position % _group.Size != _group.Rank)
            {
                continue;
            }

            var row = position / _group.Size;
            _gradientAndLoss[^1] += _model.AddGradient(_own.Image(row), _own.Label(row), gradient);
        }

        // AllReduce divides the sum over the workers by their number, but the step needs it divided by the batch size. The workers' parts
        // of a batch differ in size, so a mean of the workers' means would give some images more weight than others.
        TensorPrimitives.Multiply(_gradientAndLoss, (float)_group.Size / globalBatch.Length, _gradientAndLoss);
    }

    private double TestAccuracy()
    {
        var correct = 0;
        for (var i = 0; i < _split.Test.Count; i++)
        {
            if (_model.Classify(_split.Test.Image(i)) == _split.Test.Label(i))
            {
                correct++;
            }
        }

        return (double)correct / _split.Test.Count;
    }
}
