using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace SecureCollectives.Rpc;

/// <summary>Tells Kestrel that a connection uses https, so that it requires that scheme in every request.</summary>
internal sealed class TlsConnectionFeature(X509Certificate2? clientCertificate) : ITlsConnectionFeature
{
    public X509Certificate2? ClientCertificate { get; set; } = clientCertificate;

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}
