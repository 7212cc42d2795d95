using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>Judges the peer in a handshake. Returns true in a single place, after all checks.</summary>
/// <param name="own">This worker's identity in the handshake, with its trust roots and trust domain.</param>
/// <param name="expected">The only worker to accept; null to accept any worker in this trust domain.</param>
/// <param name="clock">Returns the time at which certificates must be valid.</param>
/// <param name="tolerated">The platform errors that our own rules replace: the host name, on clients; otherwise none.</param>
/// <param name="onRefused">Called with the reason for a refusal.</param>
internal sealed class PeerJudge(
    WorkerIdentity own, WorkerId? expected, Func<DateTimeOffset> clock, SslPolicyErrors tolerated, Action<CertificateVerdict> onRefused)
{
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var leaf = certificate as X509Certificate2;
        var verdict = Judge(leaf, chain, errors);
        if (verdict.Accepted)
        {
            ChainEnd.Remember(leaf!, verdict.NotAfter);
            return true;
        }

        onRefused(verdict);
        return false;
    }

    private CertificateVerdict Judge(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (leaf is null)
        {
            return CertificateVerdict.Refuse(
                CertificateRefusal.NoCertificate,
                    "The peer presented no certificate. Only workers with a certificate for this job are accepted.");
        }

        if (chain is null)
        {
            return CertificateVerdict.Refuse(CertificateRefusal.PlatformRefused, "The platform built no chain for the peer's certificate.");
        }

        var verdict = CertificateRules.Judge(leaf, chain, own.Roots, own.Worker.TrustDomain, clock(), own.Worker.Map);
        if (!verdict.Accepted)
        {
            return verdict;
        }

        if ((errors & ~tolerated) != SslPolicyErrors.None)
        {
            return CertificateVerdict.Refuse(
                CertificateRefusal.PlatformRefused, $"The platform's TLS check refused the certificate: {errors & ~tolerated}.",
                    verdict.Worker);
        }

        if (expected is not null && verdict.Worker != expected)
        {
            return CertificateVerdict.Refuse(
                CertificateRefusal.OtherWorker,
                $"Expected rank {expected.Rank} of job '{expected.Job}', "
                + $"but the certificate is for rank {verdict.Worker.Rank} of job '{verdict.Worker.Job}'.",
                verdict.Worker);
        }

        return verdict;
    }
}
