namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>A job of worker processes that faults will happen to.</summary>
internal sealed record JobPlan
{
    public int World { get; init; } = 4;

    public TransportKind Transport { get; init; } = TransportKind.Tcp;

    /// <summary>What goes through memory passes by no proxy.</summary>
    public bool SharesMemory { get; init; }

    public Protection Protection { get; init; } = Protection.Aead;

    /// <summary>What the workers call, round by round.</summary>
    public RoundKind Rounds { get; init; } = RoundKind.Rings;

    /// <summary>The buffer of AllReduce, and the result of AllGather: the larger buffer of each call.</summary>
    public int Bytes { get; init; } = 16 << 20;

    /// <summary>A call that hangs fails then, by name.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether frames are authenticated wherever they pass: what lies around them (HTTP/2) is only where there is TLS.</summary>
    public bool AuthenticatesEveryByte => Transport == TransportKind.Tcp || Protection is Protection.Tls or Protection.TlsAndAead;

    public string Combination => $"{Transport} {Protection}";
}
