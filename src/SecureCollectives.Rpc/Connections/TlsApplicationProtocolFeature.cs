using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SecureCollectives.Rpc;

/// <summary>Tells Kestrel which protocol ALPN negotiated.</summary>
internal sealed class TlsApplicationProtocolFeature(SslApplicationProtocol protocol) : ITlsApplicationProtocolFeature
{
    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = protocol.Protocol;
}
