using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>
/// How the two ends of each link of a communicator agree on its keys. Every link gets fresh keys, whatever the protection.
/// </summary>
public enum KeyAgreement
{
    /// <summary>
    /// Ephemeral ECDH on P-256 (NIST SP 800-56A) alone. An attacker who records the traffic today can decrypt it once they have a quantum
    /// computer; the log warns about this. Saves a fraction of a millisecond and 2.3 KB per opened link.
    /// </summary>
    P256 = KeyAgreementCode.P256,

    /// <summary>
    /// P-256 and ML-KEM-768 (FIPS 203) together, combined as in TLS (draft-ietf-tls-ecdhe-mlkem): the keys are secure as long as either of
    /// the two is. The default.
    /// </summary>
    SecP256r1MLKEM768 = KeyAgreementCode.SecP256r1MLKEM768,
}
