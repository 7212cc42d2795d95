namespace SecureCollectives;

/// <summary>
/// What carries the data between two workers of one host, where <see cref="TransportKind.Tcp"/> carries it otherwise. Each worker can
/// insist on TCP.
/// </summary>
public enum LocalTransport
{
    /// <summary>For a communicator: what <see cref="JobOptions.LocalTransport"/> says. For a job: <see cref="Memory"/>.</summary>
    Automatic,

    /// <summary>
    /// Memory that both share, with the same protection as on the network; TCP where it cannot be shared, as between containers with
    /// networks of their own. The log says why.
    /// </summary>
    Memory,

    /// <summary>TCP connections, as between hosts.</summary>
    Tcp,
}
