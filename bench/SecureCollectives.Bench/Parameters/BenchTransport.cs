namespace SecureCollectives.Bench.Parameters;

/// <summary>How bytes travel, in the library's terms.</summary>
/// <param name="Kind">Between hosts.</param>
/// <param name="Local">Inside a host.</param>
internal sealed record BenchTransport(TransportKind Kind, LocalTransport Local)
{
    /// <summary>
    /// Whether the bytes of a local world pass through TCP connections of the library's own, which can be paced and tuned.
    /// </summary>
    public bool HasSockets => this is { Kind: TransportKind.Tcp, Local: LocalTransport.Tcp };
}
