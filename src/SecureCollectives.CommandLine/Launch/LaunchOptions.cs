namespace SecureCollectives.CommandLine.Launch;

/// <summary>What to launch, validated.</summary>
internal sealed record LaunchOptions
{
    public required int Workers { get; init; }

    public required string Job { get; init; }

    /// <summary>The port of rank 0's rendezvous on 127.0.0.1.</summary>
    public required int Port { get; init; }

    public required WorkerCommand Command { get; init; }

    /// <summary>Who speaks in the launcher's own messages.</summary>
    public string Name { get; init; } = "launch";

    /// <summary>What the workers find in their environment besides their place in the job.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Asked when the launch is cancelled: decides which signal the workers get first.</summary>
    public Func<EndCause> Cause { get; init; } = static () => ProgramEnd.Cause;

    /// <summary>
    /// This program with <see cref="LaunchGuard"/>'s verb, for workers that do not end by themselves when the launcher is killed; null
    /// where they do.
    /// </summary>
    public WorkerCommand? Guard { get; init; }

    public LaunchGrace Grace { get; init; } = new();
}
