namespace SecureCollectives.CommandLine.Launch;

/// <summary>How long the launcher waits at each stage of ending the workers.</summary>
internal sealed record LaunchGrace
{
    /// <summary>
    /// After the first failure, before the other workers are terminated: time for them to notice the failure and report it.
    /// </summary>
    public TimeSpan AfterFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After SIGINT, which the launcher passes on to the workers, before those still running get SIGTERM.</summary>
    public TimeSpan AfterInterrupt { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After SIGTERM, before workers that are still running are killed.</summary>
    public TimeSpan AfterTerminate { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After a worker has exited, for its output to end and for processes that it left behind to exit. Such a process can keep the pipe
    /// open indefinitely.
    /// </summary>
    public TimeSpan AfterExit { get; init; } = TimeSpan.FromSeconds(2);
}
