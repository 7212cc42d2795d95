namespace SecureCollectives.Links;

/// <summary>Settings for replacing a communicator's links. Ranks may use different values.</summary>
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

    /// <summary>The time limit for one attempt, from connecting for OpenLink to the last lane, and for a RequestLink call.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time limit for replacing a failed link, across all attempts, while the peer can be reached or may come back.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a responder waits for a new link after its first request before asking again. It sends the first request as soon as the
    /// link fails, and doubles the wait after each request that the initiator accepts. It also allows an attempt begun by the initiator
    /// this long to complete before asking; if the initiator's process has died, the request reveals it.
    /// </summary>
    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a planned replacement is postponed if the peer cannot be reached. The existing link stays in use.</summary>
    public TimeSpan PostponeFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often link ages and certificates are checked. Checks are more frequent if the lifetime of links is less than ten
    /// times this interval.
    /// </summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a link that was opened for an operation, rather than with the communicator, may stay unused before it is closed. It costs
    /// sockets and buffers; opening it again takes a few milliseconds.
    /// </summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The period over which replacements are spread when many links are due at once, such as after a renewal.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(5);
}
