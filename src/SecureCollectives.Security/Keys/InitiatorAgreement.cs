namespace SecureCollectives.Security.Keys;

/// <summary>
/// The initiator's private keys between its offer and the responder's answer. Disposing erases everything that can be erased. Deriving the
/// link's keys disposes it, so that each offer creates only one link.
/// </summary>
internal sealed class InitiatorAgreement : IDisposable
{
    private readonly EphemeralKey _ecdh;

    /// <summary>Null if the agreement does not use ML-KEM.</summary>
    private readonly MlKem768? _mlKem;

    /// <summary>Uses P-256 alone. Takes ownership of the given keys; <see cref="Create"/> generates new ones.</summary>
    public InitiatorAgreement(EphemeralKey ecdh, SecretBytes contribution)
    {
        _ecdh = ecdh;
        Offer = new InitiatorOffer(KeyAgreementCode.P256, ecdh.PublicKey, default, contribution);
    }

    /// <summary>Uses P-256 and ML-KEM-768. Takes ownership of the given keys.</summary>
    public InitiatorAgreement(EphemeralKey ecdh, MlKem768 mlKem, SecretBytes contribution)
    {
        _ecdh = ecdh;
        _mlKem = mlKem;
        Offer = new InitiatorOffer(KeyAgreementCode.SecP256r1MLKEM768, ecdh.PublicKey, mlKem.EncapsulationKey, contribution);
    }

    /// <summary>The part sent to the peer; disposed together with this object.</summary>
    public InitiatorOffer Offer { get; }

    public static InitiatorAgreement Create(KeyAgreementCode keyAgreement) => keyAgreement.UsesMlKem
        ? new InitiatorAgreement(EphemeralKey.Create(), MlKem768.Create(), SecretBytes.Random(KeySchedule.ContributionLength))
        : new InitiatorAgreement(EphemeralKey.Create(), SecretBytes.Random(KeySchedule.ContributionLength));

    /// <summary>Derives the shared secret: ECDH's, followed by ML-KEM's if it is used. The caller owns the result.</summary>
    public SecretBytes DeriveSecret(ResponderAnswer answer)
    {
        var secret = new SecretBytes(Offer.KeyAgreement.SecretLength);
        try
        {
            _ecdh.DeriveSecret(answer.PublicKey.Span, secret.Span[..EphemeralKey.SecretLength]);
            _mlKem?.Decapsulate(answer.Ciphertext.Span, secret.Span[EphemeralKey.SecretLength..]);
            return secret;
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _ecdh.Dispose();
        _mlKem?.Dispose();
        Offer.Dispose();
    }
}
