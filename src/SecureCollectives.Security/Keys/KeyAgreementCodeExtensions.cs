namespace SecureCollectives.Security.Keys;

/// <summary>
/// The components of a key agreement and the resulting lengths. All other code uses these and never tests for a particular key agreement.
/// </summary>
internal static class KeyAgreementCodeExtensions
{
    extension(KeyAgreementCode keyAgreement)
    {
        /// <summary>Whether the agreement uses ML-KEM-768 in addition to ECDH.</summary>
        public bool UsesMlKem => keyAgreement == KeyAgreementCode.SecP256r1MLKEM768;

        /// <summary>The length of the initiator's encapsulation key in bytes; 0 without ML-KEM.</summary>
        public int EncapsulationKeyLength => keyAgreement.UsesMlKem ? MlKem768.EncapsulationKeyLength : 0;

        /// <summary>The length of the responder's ciphertext in bytes; 0 without ML-KEM.</summary>
        public int CiphertextLength => keyAgreement.UsesMlKem ? MlKem768.CiphertextLength : 0;

        /// <summary>The length of the shared secret in bytes: ECDH's, plus ML-KEM's if it is used.</summary>
        public int SecretLength => EphemeralKey.SecretLength + (keyAgreement.UsesMlKem ? MlKem768.SecretLength : 0);
    }
}
