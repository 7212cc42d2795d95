namespace SecureCollectives.Security.Identity;

/// <summary>
/// Why a certificate does not identify a worker. Each rule has its own reason, so that a log line shows which rule failed.
/// </summary>
internal enum CertificateRefusal
{
    /// <summary>The peer presented no certificate.</summary>
    NoCertificate,

    /// <summary>An extension or the key cannot be decoded.</summary>
    Malformed,

    /// <summary>The certificate has an extension twice, such as two SANs, which RFC 5280, section 4.2 forbids.</summary>
    DuplicateExtension,

    /// <summary>It is a certificate authority, or one of the trust roots. Those sign certificates and never identify a worker.</summary>
    CertificateAuthority,

    NoKeyUsage,

    KeyUsageNotCritical,

    KeyUsageWithoutDigitalSignature,

    /// <summary>keyCertSign or cRLSign is set.</summary>
    KeyUsageCanSignCertificates,

    NoExtendedKeyUsage,

    /// <summary>clientAuth or serverAuth is missing; every worker is both client and server.</summary>
    ExtendedKeyUsageOneSided,

    /// <summary>The leaf's key is neither P-256, P-384 nor RSA of at least 2048 bits.</summary>
    WeakKey,

    /// <summary>The leaf's signature uses a hash weaker than SHA-256.</summary>
    WeakSignature,

    NoSubjectAlternativeName,

    NoUri,

    SeveralUris,

    /// <summary>The URI identifies no worker: it does not have the form of the <see cref="IdentityMap"/>, or is not in its list.</summary>
    NotAWorkerUri,

    OtherTrustDomain,

    NotYetValid,

    Expired,

    /// <summary>The chain does not end in one of our trust roots.</summary>
    UntrustedIssuer,

    /// <summary>The chain ends in a trust root, but a certificate on the way breaks a rule (expired, wrong use, weak key, ...).</summary>
    BadChain,

    /// <summary>The certificate identifies a worker other than the expected one.</summary>
    OtherWorker,

    /// <summary>Our rules accept the certificate, but the platform's TLS check reports an error, which is never overruled.</summary>
    PlatformRefused,
}
