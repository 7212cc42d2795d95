using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>The only chain policy: the configured roots and no others, no network access, and a given time.</summary>
internal static class TrustPolicy
{
    public const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// Creates a policy for a single use. TLS adds the peer's certificates to its policy, so a shared one would accumulate them.
    /// </summary>
    public static X509ChainPolicy Create(X509Certificate2Collection roots, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Short lifetimes take the place of revocation. The default, Online, would query the network.
            RevocationMode = X509RevocationMode.NoCheck,
            // Otherwise a peer's certificate could make this worker fetch a URL of the peer's choosing.
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(roots);
        // Both usages, in either role: an authority limited to one of them cannot issue certificates for workers.
        policy.ApplicationPolicy.Add(new Oid(ServerAuthOid));
        policy.ApplicationPolicy.Add(new Oid(ClientAuthOid));
        return policy;
    }
}
