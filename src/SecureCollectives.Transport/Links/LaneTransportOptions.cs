using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Transport.Links;

/// <summary>What every kind of lanes is made from.</summary>
/// <param name="Address">Where to listen, at one of <see cref="Ports"/>.</param>
/// <param name="Limits">What unauthenticated connections may cost, for this listener alone.</param>
/// <param name="Tls">Makes the options of each lane's TLS handshake; null for lanes without TLS of their own.</param>
/// <param name="LoggerFactory">Where it logs.</param>
internal sealed record LaneTransportOptions(
    IPAddress Address, AdmissionLimits Limits, TlsOptionsFactory? Tls, ILoggerFactory LoggerFactory)
{
    /// <summary>The ports of which a free one is taken. Default: the system's choice.</summary>
    public ListenPorts Ports { get; init; } = ListenPorts.Any;
}
