using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// The initiator's part of the key agreement for a link: its ephemeral public key, an encapsulation key if ML-KEM is used, and 32 random
/// bytes. The random bytes keep the link's keys fresh even if a worker's ephemeral keys were ever to repeat. They are key material:
/// disposing erases them.
/// </summary>
internal sealed class InitiatorOffer : IDisposable
{
    private readonly SecretBytes _contribution;

    /// <summary>Creates the local offer; takes ownership of the contribution.</summary>
    public InitiatorOffer(KeyAgreementCode keyAgreement, ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> encapsulationKey,
        SecretBytes contribution)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(encapsulationKey.Length, keyAgreement.EncapsulationKeyLength);
        KeyAgreement = keyAgreement;
        PublicKey = publicKey;
        EncapsulationKey = encapsulationKey;
        _contribution = contribution;
    }

    /// <summary>The key agreement implied by the offer's fields.</summary>
    public KeyAgreementCode KeyAgreement { get; }

    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Empty if the agreement does not use ML-KEM.</summary>
    public ReadOnlyMemory<byte> EncapsulationKey { get; }

    public ReadOnlySpan<byte> Contribution => _contribution.Span;

    /// <summary>
    /// Reads a peer's offer. Returns false if it violates the protocol. An empty encapsulation key means P-256 alone.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> encapsulationKey, ReadOnlySpan<byte> contribution,
            [NotNullWhen(true)] out InitiatorOffer? offer)
    {
        var keyAgreement = encapsulationKey.IsEmpty ? KeyAgreementCode.P256 : KeyAgreementCode.SecP256r1MLKEM768;
        offer = contribution.Length == KeySchedule.ContributionLength
            && (!keyAgreement.UsesMlKem || MlKem768.IsEncapsulationKey(encapsulationKey))
            && EphemeralKey.IsPublicKey(publicKey)
                ? new InitiatorOffer(keyAgreement, publicKey.ToArray(), encapsulationKey.ToArray(), SecretBytes.CopyOf(contribution))
                : null;
        return offer is not null;
    }

    public void Dispose() => _contribution.Dispose();
}
