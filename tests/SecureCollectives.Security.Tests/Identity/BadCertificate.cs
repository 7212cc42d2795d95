using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <param name="Refusal">The reason it has to be refused for.</param>
/// <param name="Make">Makes it; the authority given is the one the victim trusts.</param>
/// <param name="OpenSslMayRefuseFirst">
/// OpenSSL, at either end, may break the handshake off before our rules are asked. They have to know the reason all the same.
/// </param>
internal sealed record BadCertificate(CertificateRefusal Refusal, Func<TestPki, X509Certificate2> Make, bool OpenSslMayRefuseFirst = false);
