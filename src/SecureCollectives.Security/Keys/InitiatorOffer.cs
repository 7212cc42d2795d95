using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// What the initiator brings to a link: its ephemeral public key, an encapsulation key where ML-KEM runs, and 32 random bytes. The random
/// bytes keep the keys fresh even if a worker's ephemeral keys ever repeated. They are key material: disposing erases them.
/// </summary>
internal sealed class InitiatorOffer : IDisposable
{
    private readonly SecretBytes _contribution;

    /// <summary>The local side's offer; takes the contribution over.</summary>
    public InitiatorOffer(KeyAgreementCode keyAgreement, ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> encapsulationKey,
        SecretBytes contribution)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(encapsulationKey.Length, keyAgreement.EncapsulationKeyLength);
        KeyAgreement = keyAgreement;
        PublicKey = publicKey;
        EncapsulationKey = encapsulationKey;
        _contribution = contribution;
    }

    /// <summary>The key agreement that an offer of these fields is for.</summary>
    public KeyAgreementCode KeyAgreement { get; }

    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Empty where ML-KEM does not run.</summary>
    public ReadOnlyMemory<byte> EncapsulationKey { get; }

    public ReadOnlySpan<byte> Contribution => _contribution.Span;

    /// <summary>
    /// Reads a peer's offer; false means that the peer does not follow the protocol. An empty encapsulation key says that the offer is for
    /// P-256 alone.
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
