namespace SecureCollectives.Bench.Parameters;

/// <summary>The path that bytes take, in terms of the library's options.</summary>
/// <param name="Kind">The transport between hosts.</param>
/// <param name="Local">The transport within a host.</param>
internal sealed record BenchTransport(TransportKind Kind, LocalTransport Local)
{
    /// <summary>
    /// Whether the ranks of a local world use TCP connections that the library itself opens, and can therefore pace and tune.
    /// </summary>
    public bool HasSockets => this is { Kind: TransportKind.Tcp, Local: LocalTransport.Tcp };
}
