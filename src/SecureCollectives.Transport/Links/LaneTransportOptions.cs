using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Transport.Links;

/// <summary>The options shared by all lane transports.</summary>
/// <param name="Address">The address to listen on, at one of <see cref="Ports"/>.</param>
/// <param name="Limits">The limits on what unauthenticated connections may cost, for this listener alone.</param>
/// <param name="Tls">Creates the TLS options of each lane's handshake; null for lanes without TLS of their own.</param>
/// <param name="LoggerFactory">Creates the transport's loggers; not owned by the transport.</param>
internal sealed record LaneTransportOptions(
    IPAddress Address, AdmissionLimits Limits, TlsOptionsFactory? Tls, ILoggerFactory LoggerFactory)
{
    /// <summary>The ports to listen on; the first free one is taken. Default: the system's choice.</summary>
    public ListenPorts Ports { get; init; } = ListenPorts.Any;

    /// <summary>
    /// Finds the addresses of a peer's host, in the order in which they are tried. Default: the order that control connections use.
    /// </summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = HostAddresses.ResolveAsync;
}
