namespace SecureCollectives.Security.Admission;

/// <summary>How much a listener spends on connections that have not proved who they are.</summary>
internal sealed record StrangerLimits
{
    /// <summary>Unauthenticated connections at a time. Default 64: what they can hold at once is one handshake's memory each.</summary>
    public int MaxConnections { get; init => field = Positive(value); } = 64;

    /// <summary>
    /// Of these, from one source address. Default 8. Raise it when more workers than that start behind one address at the same instant;
    /// those above the limit try again.
    /// </summary>
    public int MaxConnectionsPerSource { get; init => field = Positive(value); } = 8;

    /// <summary>Handshakes begun within any one second. Default 200, so that a flood cannot take the processor from training.</summary>
    public int MaxHandshakesPerSecond { get; init => field = Positive(value); } = 200;

    /// <summary>The time a connection has to finish its handshake; the listener's owner enforces it. Default 5 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time a connection to a port for lanes has for its complete hello: from its acceptance, over gRPC inside TLS from the end of the handshake; over TCP inside TLS
    /// <see cref="HandshakeTimeout"/> is for both together. The listener's owner enforces it. Default 2 seconds.
    /// </summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(2);

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
