using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Decides whether a certificate identifies a worker. Chain building alone does not: .NET accepts leaves without KeyUsage or
/// ExtendedKeyUsage, certificate authorities used as leaves, and even the trust root itself.
/// </summary>
/// <remarks>
/// The rules for the leaf run first, because they are cheap and give better explanations; the chain is checked last. An explanation given
/// before the chain check describes only what the certificate claims.
/// </remarks>
internal static class CertificateRules
{
    // NotSignatureValid occurs if the certificate was signed by a different authority with the same name.
    private const X509ChainStatusFlags NotOurs =
        X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid;

    /// <summary>Judges a certificate whose chain has not been built yet: this worker's own, or one in a file.</summary>
    /// <param name="leaf">The certificate to judge.</param>
    /// <param name="intermediates">Certificates that may help to build a chain to a root. They need not be trustworthy.</param>
    /// <param name="roots">The only certificates in which a chain may end.</param>
    /// <param name="trustDomain">The trust domain that the leaf must have; null only for this worker's own certificate.</param>
    /// <param name="now">The time at which the leaf must be valid.</param>
    /// <param name="map">The map from ranks to identities; null for the default form.</param>
    public static CertificateVerdict Judge(
        X509Certificate2 leaf,
        X509Certificate2Collection intermediates,
        X509Certificate2Collection roots,
        string? trustDomain,
        DateTimeOffset now,
        IdentityMap? map = null) => Judge(
            leaf, roots, trustDomain, now, map, worker => BuildAndJudgeChain(leaf, worker, intermediates, roots, now));

    /// <summary>
    /// Judges a peer's certificate by the chain that TLS has already built. Building it again would double the cost of a forged chain from
    /// an unauthenticated peer.
    /// </summary>
    /// <param name="leaf">The certificate to judge.</param>
    /// <param name="built">The chain that the platform built under a <see cref="TrustPolicy"/>, valid or not.</param>
    /// <param name="roots">The only certificates in which a chain may end.</param>
    /// <param name="trustDomain">The trust domain that the leaf must have.</param>
    /// <param name="now">The time at which the leaf must be valid.</param>
    /// <param name="map">The map from ranks to identities; null for the default form.</param>
    public static CertificateVerdict Judge(
        X509Certificate2 leaf,
        X509Chain built,
        X509Certificate2Collection roots,
        string trustDomain,
        DateTimeOffset now,
        IdentityMap? map = null) => Judge(leaf, roots, trustDomain, now, map, worker => JudgeChain(leaf, worker, built, roots, now));

    private static CertificateVerdict Judge(
        X509Certificate2 leaf,
        X509Certificate2Collection roots,
        string? trustDomain,
        DateTimeOffset now,
        IdentityMap? map,
        Func<WorkerId, CertificateVerdict> judgeChain)
    {
        try
        {
            if (!LeafExtensions.TryRead(leaf, out var extensions))
            {
                const string Words = "The certificate contains the same extension more than once (perhaps two subject alternative names).";
                return Refuse(CertificateRefusal.DuplicateExtension, Words);
            }

            return JudgeUse(leaf, extensions, roots)
                ?? JudgeAlgorithms(leaf)
                ?? JudgeName(extensions, trustDomain, map ?? IdentityMap.Default, out var worker)
                ?? JudgeTime(leaf, worker, now)
                ?? judgeChain(worker!);
        }
        catch (CryptographicException e)
        {
            return Refuse(CertificateRefusal.Malformed, $"The certificate cannot be decoded: {PrintableText.Of(e.Message)}");
        }
    }

    private static CertificateVerdict? JudgeUse(X509Certificate2 leaf, LeafExtensions extensions, X509Certificate2Collection roots)
    {
        if (extensions.BasicConstraints is { CertificateAuthority: true } || roots.Any(root => IsSame(root, leaf)))
        {
            return Refuse(
                CertificateRefusal.CertificateAuthority,
                "The certificate is a certificate authority. An authority signs workers' certificates and is never a worker itself.");
        }

        if (extensions.KeyUsage is not { } keyUsage)
        {
            const string Words = "The certificate has no key usage; it needs a critical one with digitalSignature.";
            return Refuse(CertificateRefusal.NoKeyUsage, Words);
        }

        if (!keyUsage.Critical)
        {
            return Refuse(CertificateRefusal.KeyUsageNotCritical, "The certificate's key usage is not marked critical.");
        }

        if (!keyUsage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature))
        {
            return Refuse(CertificateRefusal.KeyUsageWithoutDigitalSignature, "The certificate's key usage lacks digitalSignature.");
        }

        if ((keyUsage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0)
        {
            return Refuse(
                CertificateRefusal.KeyUsageCanSignCertificates,
                "The certificate's key usage allows signing certificates or revocation lists, which a worker never does.");
        }

        if (extensions.ExtendedKeyUsage is not { } extendedKeyUsage)
        {
            return Refuse(
                CertificateRefusal.NoExtendedKeyUsage, "The certificate has no extended key usage; it needs clientAuth and serverAuth.");
        }

        List<string?> uses = [.. extendedKeyUsage.EnhancedKeyUsages.Cast<Oid>().Select(use => use.Value)];
        if (!uses.Contains(TrustPolicy.ClientAuthOid) || !uses.Contains(TrustPolicy.ServerAuthOid))
        {
            return Refuse(
                CertificateRefusal.ExtendedKeyUsageOneSided,
                "The certificate's extended key usage must include both clientAuth and serverAuth, "
                    + "because every worker both connects and accepts.");
        }

        return null;
    }

    private static CertificateVerdict? JudgeAlgorithms(X509Certificate2 leaf)
    {
        if (!CertificateAlgorithms.IsStrongKey(leaf))
        {
            return Refuse(CertificateRefusal.WeakKey,
                $"The certificate's key is not accepted; it must be {CertificateAlgorithms.AllowedKeys}.");
        }

        if (!CertificateAlgorithms.IsStrongSignature(leaf))
        {
            return Refuse(
                CertificateRefusal.WeakSignature,
                    $"The certificate's signature is not accepted; it must be {CertificateAlgorithms.AllowedSignatures}.");
        }

        return null;
    }

    private static CertificateVerdict? JudgeName(
        LeafExtensions extensions, string? trustDomain, IdentityMap map, out WorkerId? worker)
    {
        worker = null;
        switch (extensions.Uris)
        {
            case null:
                return Refuse(CertificateRefusal.NoSubjectAlternativeName,
                    "The certificate has no subject alternative name, so it names no worker.");
            case []:
                return Refuse(CertificateRefusal.NoUri, "The certificate's subject alternative name has no URI, so it names no worker.");
            case [string uri]:
                if (!map.TryRead(uri, out worker))
                {
                    return Refuse(
                        CertificateRefusal.NotAWorkerUri, $"The certificate's URI '{PrintableText.Of(uri)}' is not {map.Form}.");
                }

                break;
            default:
                return Refuse(
                    CertificateRefusal.SeveralUris,
                    "The certificate's subject alternative name contains more than one URI, so it is unclear which worker it names.");
        }

        return trustDomain is not null && worker.TrustDomain != trustDomain
            ? Refuse(
                CertificateRefusal.OtherTrustDomain,
                $"The certificate belongs to trust domain '{worker.TrustDomain}', not to ours, '{trustDomain}'.",
                worker)
            : null;
    }

    private static CertificateVerdict? JudgeTime(X509Certificate2 leaf, WorkerId? worker, DateTimeOffset now)
    {
        DateTimeOffset notBefore = leaf.NotBefore;
        DateTimeOffset notAfter = leaf.NotAfter;
        if (now < notBefore)
        {
            return CertificateVerdict.Wait(
                notBefore, $"The certificate is valid only from {Utc(notBefore)}; it is {Utc(now)} here. Check both clocks.", worker);
        }

        // As in OpenSSL, the certificate is no longer valid in its last second.
        if (now >= notAfter)
        {
            return Refuse(CertificateRefusal.Expired,
                $"The certificate expired at {Utc(notAfter)}; it is {Utc(now)} here. Issue a new one.", worker);
        }

        return null;
    }

    /// <summary>Judges a chain whose only fault is that one of its authorities has expired or is not yet valid.</summary>
    private static CertificateVerdict? JudgeIssuersTime(X509ChainElementCollection elements, WorkerId worker, DateTimeOffset now)
    {
        DateTimeOffset notAfter = elements.Skip(1).Min(element => element.Certificate.NotAfter);
        if (now >= notAfter)
        {
            return Refuse(
                CertificateRefusal.Expired,
                $"An authority in the certificate's chain expired at {Utc(notAfter)}; it is {Utc(now)} here. Issue a new chain.", worker);
        }

        DateTimeOffset notBefore = elements.Skip(1).Max(element => element.Certificate.NotBefore);
        return now < notBefore
            ? CertificateVerdict.Wait(
                notBefore,
                $"An authority in the certificate's chain is valid only from {Utc(notBefore)}; it is {Utc(now)} here. Check both clocks.",
                worker)
            : null;
    }

    private static CertificateVerdict BuildAndJudgeChain(
        X509Certificate2 leaf, WorkerId worker, X509Certificate2Collection intermediates, X509Certificate2Collection roots,
            DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = TrustPolicy.Create(roots, now) };
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        try
        {
            chain.Build(leaf);
            return JudgeChain(leaf, worker, chain, roots, now);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private static CertificateVerdict JudgeChain(
        X509Certificate2 leaf, WorkerId worker, X509Chain chain, X509Certificate2Collection roots, DateTimeOffset now)
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        var elements = chain.ChainElements;

        // Whoever built the chain and under whatever policy, even a faultless one must begin with this leaf and end in one of our roots.
        if ((flags & NotOurs) != 0 || elements.Count < 2 || !IsSame(elements[0].Certificate, leaf)
            || !roots.Any(root => IsSame(root, elements[^1].Certificate)))
        {
            const string Words = "The certificate was not issued by an authority we trust: its chain does not lead to our trust roots.";
            return Refuse(CertificateRefusal.UntrustedIssuer, Words, worker);
        }

        if (flags == X509ChainStatusFlags.NotTimeValid && JudgeIssuersTime(elements, worker, now) is { } late)
        {
            return late;
        }

        return flags != X509ChainStatusFlags.NoError
            ? Refuse(CertificateRefusal.BadChain, $"The certificate's chain is not valid: {flags}.", worker)
            : JudgeIssuers(chain, worker)
                ?? CertificateVerdict.Accept(worker, elements.Min(element => (DateTimeOffset)element.Certificate.NotAfter));
    }

    private static bool IsSame(X509Certificate2 one, X509Certificate2 other) =>
        one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    // The chain engine itself allows SHA-1 and small keys. A root's self-signature proves nothing and is not checked; its key, which
    // signs others, is.
    private static CertificateVerdict? JudgeIssuers(X509Chain chain, WorkerId worker)
    {
        for (var i = 1; i < chain.ChainElements.Count; i++)
        {
            var issuer = chain.ChainElements[i].Certificate;
            var isRoot = i == chain.ChainElements.Count - 1;
            if (!CertificateAlgorithms.IsStrongKey(issuer) || (!isRoot && !CertificateAlgorithms.IsStrongSignature(issuer)))
            {
                return Refuse(
                    CertificateRefusal.BadChain,
                    "An authority in the certificate's chain is too weak: "
                    + $"keys must be {CertificateAlgorithms.AllowedKeys}, signatures {CertificateAlgorithms.AllowedSignatures}.",
                    worker);
            }
        }

        return null;
    }

    private static CertificateVerdict Refuse(CertificateRefusal refusal, string explanation, WorkerId? worker = null)
        => CertificateVerdict.Refuse(refusal, explanation, worker);

    private static string Utc(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
