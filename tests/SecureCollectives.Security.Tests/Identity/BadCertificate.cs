using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <param name="Refusal">The expected reason for the refusal.</param>
/// <param name="Make">Creates the certificate, given the authority that the victim trusts.</param>
/// <param name="OpenSslMayRefuseFirst">Whether OpenSSL, at either end, may abort the handshake before our rules run. The rules must still
/// find the reason.</param>
internal sealed record BadCertificate(CertificateRefusal Refusal, Func<TestPki, X509Certificate2> Make, bool OpenSslMayRefuseFirst = false);
