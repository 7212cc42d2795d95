using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// The responder's part of the key agreement for a link: its ephemeral public key, the ciphertext for the encapsulation key if ML-KEM is
/// used, and 32 random bytes, as in <see cref="InitiatorOffer"/>. Disposing erases the random bytes.
/// </summary>
internal sealed class ResponderAnswer : IDisposable
{
    private readonly SecretBytes _contribution;

    /// <summary>Creates the local answer; takes ownership of the contribution.</summary>
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

    /// <summary>Empty if the agreement does not use ML-KEM.</summary>
    public ReadOnlyMemory<byte> Ciphertext { get; }

    public ReadOnlySpan<byte> Contribution => _contribution.Span;

    /// <summary>Reads the answer to an offer. Returns false if it violates the protocol.</summary>
    /// <param name="keyAgreement">The offer's key agreement; the answer has no choice.</param>
    /// <param name="publicKey">The peer's ephemeral public key.</param>
    /// <param name="ciphertext">The ciphertext; its length must match the key agreement. Its content is not checked: see
    /// <see cref="MlKem768.Decapsulate"/>.</param>
    /// <param name="contribution">The peer's random bytes, <see cref="KeySchedule.ContributionLength"/> of them; copied.</param>
    /// <param name="answer">The answer; null if the method returns false.</param>
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
