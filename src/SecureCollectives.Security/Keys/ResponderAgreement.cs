namespace SecureCollectives.Security.Keys;

/// <summary>
/// The responder's answer to an offer, and the resulting shared secret. The private keys exist only during its creation. Disposing erases
/// the secret; deriving the link's keys disposes it.
/// </summary>
internal sealed class ResponderAgreement : IDisposable
{
    private readonly SecretBytes _secret;

    private ResponderAgreement(ResponderAnswer answer, SecretBytes secret)
    {
        Answer = answer;
        _secret = secret;
    }

    /// <summary>The part sent to the peer; disposed together with this object.</summary>
    public ResponderAnswer Answer { get; }

    /// <summary>The shared secret: ECDH's, followed by ML-KEM's if it is used.</summary>
    /// <exception cref="ObjectDisposedException">The secret has been erased.</exception>
    public ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>Answers an offer with newly generated keys.</summary>
    public static ResponderAgreement Create(InitiatorOffer offer)
    {
        using var ecdh = EphemeralKey.Create();
        using var randomness = SecretBytes.Random(MlKem768.RandomnessLength);
        return Create(offer, ecdh, randomness.Span, SecretBytes.Random(KeySchedule.ContributionLength));
    }

    /// <summary>Answers an offer with given keys. For test vectors only.</summary>
    /// <param name="offer">The peer's offer, which also determines the key agreement.</param>
    /// <param name="ecdh">The local ephemeral key; not owned.</param>
    /// <param name="randomness">The randomness for ML-KEM, if it is used.</param>
    /// <param name="contribution">The local random contribution; ownership passes to the result.</param>
    public static ResponderAgreement Create(
        InitiatorOffer offer, EphemeralKey ecdh, ReadOnlySpan<byte> randomness, SecretBytes contribution)
    {
        var secret = new SecretBytes(offer.KeyAgreement.SecretLength);
        try
        {
            var ciphertext = new byte[offer.KeyAgreement.CiphertextLength];
            ecdh.DeriveSecret(offer.PublicKey.Span, secret.Span[..EphemeralKey.SecretLength]);
            if (offer.KeyAgreement.UsesMlKem)
            {
                MlKem768.Encapsulate(offer.EncapsulationKey.Span, randomness, ciphertext, secret.Span[EphemeralKey.SecretLength..]);
            }

            return new ResponderAgreement(new ResponderAnswer(offer.KeyAgreement, ecdh.PublicKey, ciphertext, contribution), secret);
        }
        catch
        {
            secret.Dispose();
            contribution.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _secret.Dispose();
        Answer.Dispose();
    }
}
