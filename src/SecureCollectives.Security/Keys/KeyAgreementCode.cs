namespace SecureCollectives.Security.Keys;

/// <summary>
/// How the two ends of a link agree on its secret, as it stands in the transcript. The names are those of the TLS named groups.
/// </summary>
internal enum KeyAgreementCode : byte
{
    /// <summary>Ephemeral ECDH on P-256 alone. Who records the traffic and gets a quantum computer can open it.</summary>
    P256 = 1,

    /// <summary>
    /// P-256 and ML-KEM-768 together, as draft-ietf-tls-ecdhe-mlkem combines them: secret as long as either of the two holds.
    /// </summary>
    SecP256r1MLKEM768 = 2,
}
