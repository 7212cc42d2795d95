using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Tests.Links;

public sealed class LaneTransportOptionsTests
{
    /// <summary>Lanes try the addresses of a name in the same order as control connections, and no more of them.</summary>
    [Fact]
    public void Resolve_Default_IsThatOfControlConnections() => Assert.Equal<Func<string, CancellationToken, Task<IPAddress[]>>>(
        HostAddresses.ResolveAsync,
        new LaneTransportOptions(IPAddress.Loopback, new AdmissionLimits(), Tls: null, NullLoggerFactory.Instance).Resolve);
}
