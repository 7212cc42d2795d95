namespace SecureCollectives.Security.Keys;

/// <summary>
/// The initiator's private keys between its offer and the responder's answer. Disposing erases what can be erased; deriving the link's keys
/// disposes, so that one offer makes one link.
/// </summary>
internal sealed class InitiatorAgreement : IDisposable
{
    private readonly EphemeralKey _ecdh;

    /// <summary>Null where ML-KEM does not run.</summary>
    private readonly MlKem768? _mlKem;

    /// <summary>P-256 alone, with given keys, which are taken over; <see cref="Create"/> is the way to fresh ones.</summary>
    public InitiatorAgreement(EphemeralKey ecdh, SecretBytes contribution)
    {
        _ecdh = ecdh;
        Offer = new InitiatorOffer(KeyAgreementCode.P256, ecdh.PublicKey, default, contribution);
    }

    /// <summary>P-256 and ML-KEM-768, likewise.</summary>
    public InitiatorAgreement(EphemeralKey ecdh, MlKem768 mlKem, SecretBytes contribution)
    {
        _ecdh = ecdh;
        _mlKem = mlKem;
        Offer = new InitiatorOffer(KeyAgreementCode.SecP256r1MLKEM768, ecdh.PublicKey, mlKem.EncapsulationKey, contribution);
    }

    /// <summary>What the peer gets to see; erased together with this.</summary>
    public InitiatorOffer Offer { get; }

    public static InitiatorAgreement Create(KeyAgreementCode keyAgreement) => keyAgreement.UsesMlKem
        ? new InitiatorAgreement(EphemeralKey.Create(), MlKem768.Create(), SecretBytes.Random(KeySchedule.ContributionLength))
        : new InitiatorAgreement(EphemeralKey.Create(), SecretBytes.Random(KeySchedule.ContributionLength));

    /// <summary>The secret that both ends share: that of ECDH, followed by that of ML-KEM where it runs.</summary>
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
