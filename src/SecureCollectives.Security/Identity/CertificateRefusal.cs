namespace SecureCollectives.Security.Identity;

/// <summary>
/// Why a certificate does not identify a worker to us. Each rule has a reason of its own, so that a log line tells which one failed.
/// </summary>
internal enum CertificateRefusal
{
    /// <summary>The peer presented no certificate.</summary>
    NoCertificate,

    /// <summary>An extension or the key cannot be decoded.</summary>
    Malformed,

    /// <summary>The certificate carries the same extension twice (RFC 5280, section 4.2 forbids it), for instance two SANs.</summary>
    DuplicateExtension,

    /// <summary>It is a certificate authority, or one of the trust roots. Those sign certificates; they never speak for a worker.</summary>
    CertificateAuthority,

    NoKeyUsage,

    KeyUsageNotCritical,

    KeyUsageWithoutDigitalSignature,

    /// <summary>keyCertSign or cRLSign is set.</summary>
    KeyUsageCanSignCertificates,

    NoExtendedKeyUsage,

    /// <summary>clientAuth or serverAuth is missing; every worker is both.</summary>
    ExtendedKeyUsageOneSided,

    /// <summary>The leaf's key is neither P-256, P-384 nor RSA of at least 2048 bits.</summary>
    WeakKey,

    /// <summary>The leaf was signed with something weaker than SHA-256.</summary>
    WeakSignature,

    NoSubjectAlternativeName,

    NoUri,

    SeveralUris,

    /// <summary>The URI stands for no worker: it is not of the form of the <see cref="IdentityMap"/>, or not in its list.</summary>
    NotAWorkerUri,

    OtherTrustDomain,

    NotYetValid,

    Expired,

    /// <summary>The chain does not end in one of our trust roots.</summary>
    UntrustedIssuer,

    /// <summary>The chain ends in a trust root but a certificate between breaks a rule (expired, wrong use, weak key, ...).</summary>
    BadChain,

    /// <summary>A valid worker, but not the one that was expected here.</summary>
    OtherWorker,

    /// <summary>Our rules passed but the platform's own TLS check reported an error; it is never overruled.</summary>
    PlatformRefused,
}
