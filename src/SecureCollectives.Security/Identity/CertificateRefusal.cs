namespace SecureCollectives.Security.Identity;

/// <summary>
/// Why a certificate does not identify a worker. Each rule has its own reason, so that the log shows which rule failed.
/// </summary>
internal enum CertificateRefusal
{
    /// <summary>The peer presented no certificate.</summary>
    NoCertificate,

    /// <summary>An extension or the key cannot be decoded.</summary>
    Malformed,

    /// <summary>The certificate contains the same extension twice, such as two SANs, which RFC 5280, section 4.2 forbids.</summary>
    DuplicateExtension,

    /// <summary>
    /// It belongs to a certificate authority, or is one of the trust roots. These only sign; they never identify a worker.
    /// </summary>
    CertificateAuthority,

    NoKeyUsage,

    KeyUsageNotCritical,

    KeyUsageWithoutDigitalSignature,

    /// <summary>keyCertSign or cRLSign is set.</summary>
    KeyUsageCanSignCertificates,

    NoExtendedKeyUsage,

    /// <summary>clientAuth or serverAuth is missing, but every worker is both a client and a server.</summary>
    ExtendedKeyUsageOneSided,

    /// <summary>The leaf's key is neither P-256, P-384 nor RSA of at least 2048 bits.</summary>
    WeakKey,

    /// <summary>The leaf's signature uses a hash weaker than SHA-256.</summary>
    WeakSignature,

    NoSubjectAlternativeName,

    NoUri,

    SeveralUris,

    /// <summary>The URI identifies no worker: it does not match the form or list of the <see cref="IdentityMap"/>.</summary>
    NotAWorkerUri,

    OtherTrustDomain,

    NotYetValid,

    Expired,

    /// <summary>The chain does not end in one of our trust roots.</summary>
    UntrustedIssuer,

    /// <summary>The chain ends in a trust root, but a certificate in it breaks a rule (expired, wrong use, weak key, ...).</summary>
    BadChain,

    /// <summary>The certificate identifies a worker other than the expected one.</summary>
    OtherWorker,

    /// <summary>Our rules accept the certificate, but the platform's TLS check reports an error, which we never override.</summary>
    PlatformRefused,
}
