using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// What the responder brings to a link: its ephemeral public key, the ciphertext that answers the encapsulation key where ML-KEM runs, and
/// 32 random bytes, as in <see cref="InitiatorOffer"/>. Disposing erases these.
/// </summary>
internal sealed class ResponderAnswer : IDisposable
{
    private readonly SecretBytes _contribution;

    /// <summary>The local side's answer; takes the contribution over.</summary>
    public ResponderAnswer(KeyAgreementCode keyAgreement, ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> ciphertext,
        SecretBytes contribution)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ciphertext.Length, keyAgreement.CiphertextLength);
        KeyAgreement = keyAgreement;
        PublicKey = publicKey;
        Ciphertext = ciphertext;
        _contribution = contribution;
    }

    public KeyAgreementCode KeyAgreement { get; }

    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Empty where ML-KEM does not run.</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; }

    public ReadOnlySpan<byte> Contribution => _contribution.Span;

    /// <summary>Reads the answer to an offer; false means that the peer does not follow the protocol.</summary>
    /// <param name="keyAgreement">That of the offer: an answer never chooses.</param>
    /// <param name="publicKey">The peer's ephemeral key.</param>
    /// <param name="ciphertext">Exactly as long as the key agreement says. Its content is not checked: see
    /// <see cref="MlKem768.Decapsulate"/>.</param>
    /// <param name="contribution">The peer's random bytes.</param>
    /// <param name="answer">The answer.</param>
    public static bool TryRead(
        KeyAgreementCode keyAgreement, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> contribution,
            [NotNullWhen(true)] out ResponderAnswer? answer)
    {
        answer = contribution.Length == KeySchedule.ContributionLength && ciphertext.Length == keyAgreement.CiphertextLength
            && EphemeralKey.IsPublicKey(publicKey)
            ? new ResponderAnswer(keyAgreement, publicKey.ToArray(), ciphertext.ToArray(), SecretBytes.CopyOf(contribution))
            : null;
        return answer is not null;
    }

    public void Dispose() => _contribution.Dispose();
}
