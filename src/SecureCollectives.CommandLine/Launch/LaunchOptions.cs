namespace SecureCollectives.CommandLine.Launch;

/// <summary>What to launch. All values are validated.</summary>
internal sealed record LaunchOptions
{
    public required int Workers { get; init; }

    public required string Job { get; init; }

    /// <summary>The port for rank 0's rendezvous on 127.0.0.1.</summary>
    public required int Port { get; init; }

    public required WorkerCommand Command { get; init; }

    /// <summary>The prefix of the launcher's own messages.</summary>
    public string Name { get; init; } = "launch";

    /// <summary>Variables to add to the workers' environment, in addition to those for their place in the job.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Called when the launch is cancelled. The cause determines which signal the workers get first.</summary>
    public Func<EndCause> Cause { get; init; } = static () => ProgramEnd.Cause;

    /// <summary>
    /// The command of this program, to which the launcher adds <see cref="LaunchGuard.Verb"/>, for workers that do not end by themselves
    /// when the launcher is killed; null if they do.
    /// </summary>
    public WorkerCommand? Guard { get; init; }

    public LaunchGrace Grace { get; init; } = new();
}
