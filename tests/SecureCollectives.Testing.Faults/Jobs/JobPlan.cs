namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>Describes a job of worker processes for fault tests.</summary>
internal sealed record JobPlan
{
    public int World { get; init; } = 4;

    public TransportKind Transport { get; init; } = TransportKind.Tcp;

    /// <summary>Whether lanes use shared memory, which no proxy can reach.</summary>
    public bool SharesMemory { get; init; }

    public Protection Protection { get; init; } = Protection.Aead;

    /// <summary>What the workers call in each round.</summary>
    public RoundKind Rounds { get; init; } = RoundKind.Rings;

    /// <summary>The size of the larger buffer of each call: AllReduce's buffer, AllGather's result.</summary>
    public int Bytes { get; init; } = 16 << 20;

    /// <summary>The time after which a call that hangs fails, naming a culprit.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether every byte on the wire is authenticated. HTTP/2's own framing is authenticated only inside TLS.</summary>
    public bool AuthenticatesEveryByte => Transport == TransportKind.Tcp || Protection is Protection.Tls or Protection.TlsAndAead;

    public string Combination => $"{Transport} {Protection}";
}
