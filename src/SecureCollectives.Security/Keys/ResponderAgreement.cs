namespace SecureCollectives.Security.Keys;

/// <summary>
/// The responder's answer to an offer, and the secret that both ends share by it. Private keys live no longer than its making. Disposing
/// erases it; deriving the link's keys disposes.
/// </summary>
internal sealed class ResponderAgreement : IDisposable
{
    private readonly SecretBytes _secret;

    private ResponderAgreement(ResponderAnswer answer, SecretBytes secret)
    {
        Answer = answer;
        _secret = secret;
    }

    /// <summary>What the peer gets to see; erased together with this.</summary>
    public ResponderAnswer Answer { get; }

    /// <summary>The secret that both ends share: that of ECDH, followed by that of ML-KEM where it runs.</summary>
    /// <exception cref="ObjectDisposedException">It was erased.</exception>
    public ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>Answers an offer with fresh keys.</summary>
    public static ResponderAgreement Create(InitiatorOffer offer)
    {
        using var ecdh = EphemeralKey.Create();
        using var randomness = SecretBytes.Random(MlKem768.RandomnessLength);
        return Create(offer, ecdh, randomness.Span, SecretBytes.Random(KeySchedule.ContributionLength));
    }

    /// <summary>Answers an offer with given keys, as test vectors do and nobody else.</summary>
    /// <param name="offer">The peer's offer.</param>
    /// <param name="ecdh">The local side's ephemeral key; it stays the caller's.</param>
    /// <param name="randomness">What ML-KEM draws on, where it runs.</param>
    /// <param name="contribution">Taken over.</param>
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
