namespace SecureCollectives.Cli.Train;

/// <summary>What decides the outcome of a training; the same on all workers.</summary>
internal sealed record TrainingOptions
{
    /// <summary>How often all training images are visited.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Images per optimizer step, over all workers together.</summary>
    public int Batch { get; init; } = 64;

    public float LearningRate { get; init; } = 0.05f;

    /// <summary>Units of the hidden layer.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Decides the initial weights and the order of the batches.</summary>
    public int Seed { get; init; } = 1;
}
