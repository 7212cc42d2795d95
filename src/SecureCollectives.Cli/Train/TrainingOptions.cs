namespace SecureCollectives.Cli.Train;

/// <summary>The options that determine the result of training. They must be the same on all workers.</summary>
internal sealed record TrainingOptions
{
    /// <summary>The number of passes over the training images.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>The number of images per optimizer step, over all workers.</summary>
    public int Batch { get; init; } = 64;

    public float LearningRate { get; init; } = 0.05f;

    /// <summary>The number of units in the hidden layer.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>The seed for the initial weights and the order of images.</summary>
    public int Seed { get; init; } = 1;
}
