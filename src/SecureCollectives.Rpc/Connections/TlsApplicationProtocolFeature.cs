using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SecureCollectives.Rpc;

/// <summary>Tells Kestrel what ALPN agreed on.</summary>
internal sealed class TlsApplicationProtocolFeature(SslApplicationProtocol protocol) : ITlsApplicationProtocolFeature
{
    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = protocol.Protocol;
}
