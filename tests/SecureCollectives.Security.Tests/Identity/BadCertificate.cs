using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <param name="Refusal">The reason it has to be refused for.</param>
/// <param name="Make">Makes it; the authority given is the one the victim trusts.</param>
internal sealed record BadCertificate(CertificateRefusal Refusal, Func<TestPki, X509Certificate2> Make);
