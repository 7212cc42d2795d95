namespace SecureCollectives.Links;

/// <summary>How a communicator's links are replaced. Ranks may have different values.</summary>
internal sealed record LinkKeeperOptions
{
    /// <summary>The age at which a link is replaced. The value of the link's lower rank applies.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many times within a minute a link may fail and be replaced. A link that fails more often is not worth keeping: its operations
    /// fail and name it.
    /// </summary>
    public int HealsPerMinute { get; init; } = 5;

    /// <summary>
    /// How many times within a minute a responder may ask for a link. An honest responder asks at most five times for each of five
    /// failures, while its initiator is slow.
    /// </summary>
    public int RequestsPerMinute { get; init; } = 30;

    /// <summary>
    /// How many times within a minute an initiator may begin to replace a link. An honest initiator makes a few attempts for each of five
    /// failures.
    /// </summary>
    public int AttemptsPerMinute { get; init; } = 60;

    /// <summary>The time limit of one attempt, from the connection for OpenLink to the last lane; also of a RequestLink call.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time limit for replacing a failed link, all attempts together, while the peer can be reached or may come back.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a responder waits for the initiator before it asks, and asks again; doubled each time. If the initiator's process has died,
    /// asking reveals it.
    /// </summary>
    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a planned replacement is postponed if the peer cannot be reached: the link still serves.</summary>
    public TimeSpan PostponeFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often ages and certificates are checked; more often if the lifetime of links is less than ten times as long.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a link that was opened for an operation, rather than with the communicator, may stay unused before it is closed. It costs
    /// sockets and buffers; opening it again takes a few milliseconds.
    /// </summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The time over which replacements that are planned for many links at once, such as after a renewal, are spread.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(5);
}
