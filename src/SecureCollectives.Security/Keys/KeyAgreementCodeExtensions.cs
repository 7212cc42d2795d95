namespace SecureCollectives.Security.Keys;

/// <summary>
/// What a key agreement is composed of, and the lengths that follow. Everything else asks for these and never for a key agreement by name.
/// </summary>
internal static class KeyAgreementCodeExtensions
{
    extension(KeyAgreementCode keyAgreement)
    {
        /// <summary>Whether ML-KEM-768 runs beside ECDH.</summary>
        public bool UsesMlKem => keyAgreement == KeyAgreementCode.SecP256r1MLKEM768;

        /// <summary>Bytes of the initiator's encapsulation key; 0 without ML-KEM.</summary>
        public int EncapsulationKeyLength => keyAgreement.UsesMlKem ? MlKem768.EncapsulationKeyLength : 0;

        /// <summary>Bytes of the responder's ciphertext; 0 without ML-KEM.</summary>
        public int CiphertextLength => keyAgreement.UsesMlKem ? MlKem768.CiphertextLength : 0;

        /// <summary>Bytes of the shared secret: ECDH's, followed by ML-KEM's where it runs.</summary>
        public int SecretLength => EphemeralKey.SecretLength + (keyAgreement.UsesMlKem ? MlKem768.SecretLength : 0);
    }
}
