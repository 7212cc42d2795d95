namespace SecureCollectives;

/// <summary>
/// The transport between two workers on the same host if the communicator uses <see cref="TransportKind.Tcp"/>. Either worker can require
/// TCP.
/// </summary>
public enum LocalTransport
{
    /// <summary>For a communicator, the value of <see cref="JobOptions.LocalTransport"/>. For a job, <see cref="Memory"/>.</summary>
    Automatic,

    /// <summary>
    /// Shared memory, with the same protection as on the network. Falls back to TCP, and logs the reason, if memory cannot be shared, as
    /// between containers with separate networks.
    /// </summary>
    Memory,

    /// <summary>TCP connections, as between hosts.</summary>
    Tcp,
}
