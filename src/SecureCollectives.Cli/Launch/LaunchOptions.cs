namespace SecureCollectives.Cli.Launch;

/// <summary>What to launch, validated.</summary>
internal sealed record LaunchOptions
{
    public required int Workers { get; init; }

    public required string Job { get; init; }

    /// <summary>The port of rank 0's rendezvous on 127.0.0.1.</summary>
    public required int Port { get; init; }

    public required WorkerCommand Command { get; init; }

    public LaunchGrace Grace { get; init; } = new();
}
