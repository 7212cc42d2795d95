namespace SecureCollectives.Security.Identity;

/// <summary>A newly issued worker certificate and its private key, in PEM. Owns the key.</summary>
internal sealed class IssuedCertificate(WorkerId worker, string certificatePem, SecretPem key, DateTimeOffset notAfter) : IDisposable
{
    public WorkerId Worker { get; } = worker;

    public string CertificatePem { get; } = certificatePem;

    public SecretPem Key { get; } = key;

    public DateTimeOffset NotAfter { get; } = notAfter;

    public void Dispose() => Key.Dispose();
}
