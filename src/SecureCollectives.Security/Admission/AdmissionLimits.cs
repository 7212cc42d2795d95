namespace SecureCollectives.Security.Admission;

/// <summary>Limits what a listener spends on unauthenticated connections.</summary>
internal sealed record AdmissionLimits
{
    private const int ReservedPart = 4;

    /// <summary>The control shared by a worker's listeners. Default: a separate control, which knows no members.</summary>
    public AdmissionControl Control { get; init; } = new();

    /// <summary>
    /// The maximum number of unauthenticated connections at a time. Default 64, which together can hold the memory of that many handshakes.
    /// A quarter of the places is reserved for member addresses.
    /// </summary>
    public int MaxConnections { get; init => field = Positive(value); } = 64;

    /// <summary>
    /// The maximum number of these connections from one source address. Default 8. Raise it if more than that many workers start behind one
    /// address at the same time; those above the limit retry.
    /// </summary>
    public int MaxConnectionsPerSource { get; init => field = Positive(value); } = 8;

    /// <summary>
    /// The maximum number of handshakes started within any one second. Default 200. A quarter of these is reserved for member addresses.
    /// </summary>
    public int MaxHandshakesPerSecond { get; init => field = Positive(value); } = 200;

    /// <summary>
    /// The maximum number of these handshakes from one source address. Default 100, so that a single address cannot use up the whole limit.
    /// Member addresses may use everything except the reserve.
    /// </summary>
    public int MaxHandshakesPerSecondPerSource { get; init => field = Positive(value); } = 100;

    /// <summary>
    /// The time limit for completing the handshake; enforced by the listener's owner. Default 5 seconds.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time limit for a connection to a lane port to send its complete hello, counted from its acceptance or, for gRPC inside TLS, from
    /// the end of the handshake. For TCP inside TLS, <see cref="HandshakeTimeout"/> covers both instead. Enforced by the listener's owner.
    /// Default 2 seconds.
    /// </summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Returns the part of a limit that is not reserved for members.</summary>
    public static int WithoutReserve(int limit) => limit - (limit / ReservedPart);

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
