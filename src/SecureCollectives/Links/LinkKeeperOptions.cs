namespace SecureCollectives.Links;

/// <summary>How a communicator's links are replaced. Each rank has its own; they need not be alike.</summary>
internal sealed record LinkKeeperOptions
{
    /// <summary>The age at which a link is replaced; that of its lower rank counts.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often within a minute a link may fail and be replaced. One that fails more often is not worth keeping: its operations fail and
    /// name it.
    /// </summary>
    public int HealsPerMinute { get; init; } = 5;

    /// <summary>
    /// How often within a minute a responder may ask for a link. An honest one asks five times at most for each of five heals, while its
    /// initiator is slow.
    /// </summary>
    public int RequestsPerMinute { get; init; } = 30;

    /// <summary>
    /// How often within a minute an initiator may begin to replace a link. An honest one makes a few attempts for each of five heals.
    /// </summary>
    public int AttemptsPerMinute { get; init; } = 60;

    /// <summary>Time limit of one attempt, from the connection for OpenLink to the last lane; of a call of RequestLink, too.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a link that failed is replaced, all attempts together, while the peer can be reached or may come back.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a responder waits for the initiator before it asks, and asks again; doubled each time. Asking a process that has died shows
    /// that it has.
    /// </summary>
    public TimeSpan AskAgainAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a replacement that was planned, and whose peer cannot be reached, is put off: the link still serves.</summary>
    public TimeSpan PostponeFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often ages and certificates are looked at; more often where links live shorter than ten times as long.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A link that was opened for an operation, rather than with the communicator, is closed when none has used it for so long. It costs
    /// sockets and buffers, and opening it again a few milliseconds.
    /// </summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is planned for many links at one time, such as after a renewal, is spread over so long.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(5);
}
