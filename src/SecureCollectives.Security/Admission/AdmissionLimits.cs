namespace SecureCollectives.Security.Admission;

/// <summary>How much a listener spends on connections that have not proved who they are.</summary>
internal sealed record AdmissionLimits
{
    private const int ReservedPart = 4;

    /// <summary>Shared by the listeners of one worker. Default: one of its own, which knows no member.</summary>
    public AdmissionControl Control { get; init; } = new();

    /// <summary>
    /// Unauthenticated connections at a time. Default 64: what they can hold at once is one handshake's memory each. A quarter of them is
    /// for addresses of members alone.
    /// </summary>
    public int MaxConnections { get; init => field = Positive(value); } = 64;

    /// <summary>
    /// Of these, from one source address. Default 8. Raise it when more workers than that start behind one address at the same instant;
    /// those above the limit try again.
    /// </summary>
    public int MaxConnectionsPerSource { get; init => field = Positive(value); } = 8;

    /// <summary>Handshakes begun within any one second. Default 200. A quarter of them is for addresses of members alone.</summary>
    public int MaxHandshakesPerSecond { get; init => field = Positive(value); } = 200;

    /// <summary>
    /// Of these, from one source address. Default 100, so that no single one can use up what there is. Addresses of members may use all but
    /// the reserve.
    /// </summary>
    public int MaxHandshakesPerSecondPerSource { get; init => field = Positive(value); } = 100;

    /// <summary>The time a connection has to finish its handshake; the listener's owner enforces it. Default 5 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time a connection to a port for lanes has for its complete hello: from its acceptance, over gRPC inside TLS from the end of the
    /// handshake; over TCP inside TLS
    /// <see cref="HandshakeTimeout"/> is for both together. The listener's owner enforces it. Default 2 seconds.
    /// </summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What of a limit is for everybody: all but the part that is reserved for members.</summary>
    public static int WithoutReserve(int limit) => limit - (limit / ReservedPart);

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
