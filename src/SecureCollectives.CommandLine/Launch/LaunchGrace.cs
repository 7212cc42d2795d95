namespace SecureCollectives.CommandLine.Launch;

/// <summary>How long the launcher waits for workers in each stage of ending them.</summary>
internal sealed record LaunchGrace
{
    /// <summary>
    /// After the first failure, before the other workers are terminated: time for them to notice it and to report what they saw.
    /// </summary>
    public TimeSpan AfterFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After SIGINT, which the launcher passes on to the workers, before those that still run get SIGTERM.</summary>
    public TimeSpan AfterInterrupt { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After SIGTERM, before workers that still run are killed.</summary>
    public TimeSpan AfterTerminate { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After a worker has exited, for the end of its output, and for processes that it left behind to end. Such a process can keep the pipe
    /// open indefinitely.
    /// </summary>
    public TimeSpan AfterExit { get; init; } = TimeSpan.FromSeconds(2);
}
