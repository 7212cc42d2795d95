namespace SecureCollectives.Security.Keys;

/// <summary>A link's key agreement, as encoded in the transcript. The names are those of the TLS named groups.</summary>
internal enum KeyAgreementCode : byte
{
    /// <summary>
    /// Ephemeral ECDH on P-256 alone. An attacker who records the traffic can decrypt it once a quantum computer is available.
    /// </summary>
    P256 = 1,

    /// <summary>P-256 and ML-KEM-768, combined as in draft-ietf-tls-ecdhe-mlkem: secure as long as either of the two is.</summary>
    SecP256r1MLKEM768 = 2,
}
