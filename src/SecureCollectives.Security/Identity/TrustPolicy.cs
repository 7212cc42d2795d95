using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>The one chain policy: our roots and no others, nothing fetched from the network, the time we are told.</summary>
internal static class TrustPolicy
{
    public const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// A new policy for one use: TLS adds the peer's certificates to the policy it is given, so a shared one would collect them.
    /// </summary>
    public static X509ChainPolicy Create(X509Certificate2Collection roots, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Short lifetimes take the place of revocation; a new policy would ask the network (the default is Online).
            RevocationMode = X509RevocationMode.NoCheck,
            // Otherwise a peer's certificate could make us fetch an address of its choice.
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(roots);
        // Both, in either role: an authority limited to one of them cannot make workers.
        policy.ApplicationPolicy.Add(new Oid(ServerAuthOid));
        policy.ApplicationPolicy.Add(new Oid(ClientAuthOid));
        return policy;
    }
}
