namespace SecureCollectives.CommandLine.Launch;

/// <summary>How long the launcher waits for workers in each stage of an end.</summary>
internal sealed record LaunchGrace
{
    /// <summary>After the first failure, before the others are terminated: time for them to notice it and say whom they blame.</summary>
    public TimeSpan AfterFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After SIGINT, which is passed on when the launcher itself gets it, before what still runs gets SIGTERM.</summary>
    public TimeSpan AfterInterrupt { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>After SIGTERM, before what still runs is killed.</summary>
    public TimeSpan AfterTerminate { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After a worker's end, for the end of its output; a process it left behind may hold the pipe open for ever.</summary>
    public TimeSpan AfterExit { get; init; } = TimeSpan.FromSeconds(2);
}
