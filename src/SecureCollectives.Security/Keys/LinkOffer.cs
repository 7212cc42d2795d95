using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// What one side brings to a link: its ephemeral public key and 32 random bytes. The random bytes keep the keys fresh even if a worker's
/// ephemeral keys ever repeated.
/// </summary>
internal sealed class LinkOffer
{
    public const int ContributionLength = 32;

    private LinkOffer(byte[] publicKey, byte[] contribution)
    {
        PublicKey = publicKey;
        Contribution = contribution;
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public ReadOnlyMemory<byte> Contribution { get; }

    /// <summary>The local side's offer.</summary>
    public static LinkOffer Create(EphemeralKey own) =>
        new(own.PublicKey.ToArray(), RandomNumberGenerator.GetBytes(ContributionLength));

    /// <summary>Reads a peer's offer; false means that the peer does not follow the protocol.</summary>
    public static bool TryRead(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> contribution, [NotNullWhen(true)] out LinkOffer? offer)
    {
        offer = contribution.Length == ContributionLength && EphemeralKey.IsPublicKey(publicKey)
            ? new LinkOffer(publicKey.ToArray(), contribution.ToArray())
            : null;
        return offer is not null;
    }
}
