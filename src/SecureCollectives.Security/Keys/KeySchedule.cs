using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// The derivations from a link's secrets down to a generation's key and IV, as in proto/README.md, "Key schedule". Uses HKDF-SHA256
/// (RFC 5869) throughout.
/// </summary>
/// <remarks>
/// <code>
/// secret          = ECDH secret || ML-KEM secret, or the ECDH secret alone
/// PRK             = Extract(salt = SHA-256(transcript), ikm = secret || initiator's contribution || responder's contribution)
/// hello key       = Expand(PRK, "sc1 hello" || lane || sender || receiver, 32)
/// chain 0         = Expand(PRK, "sc1 chain" || lane || sender || receiver, 32)
/// key g           = Expand(chain g, "sc1 key", the suite's key length)
/// IV g            = Expand(chain g, "sc1 iv", the suite's nonce length)
/// chain g + 1     = Expand(chain g, "sc1 next", 32)
/// </code>
/// All info strings used with one secret differ, and each direction of each lane has its own chain, so no key serves two purposes.
/// </remarks>
internal static class KeySchedule
{
    /// <summary>The length of the PRK, a chain and a hello key in bytes.</summary>
    public const int SecretLength = 32;

    /// <summary>The length of each side's random contribution in bytes.</summary>
    public const int ContributionLength = 32;

    private const int LaneInfoLength = LabelLength + sizeof(ushort) + sizeof(uint) + sizeof(uint);
    private const int LabelLength = 9;

    private static ReadOnlySpan<byte> HelloLabel => "sc1 hello"u8;

    private static ReadOnlySpan<byte> ChainLabel => "sc1 chain"u8;

    private static ReadOnlySpan<byte> KeyLabel => "sc1 key"u8;

    private static ReadOnlySpan<byte> IvLabel => "sc1 iv"u8;

    private static ReadOnlySpan<byte> NextLabel => "sc1 next"u8;

    /// <summary>Derives a link's PRK from its transcript and the shared secret.</summary>
    public static void DerivePrk(LinkTranscript transcript, ReadOnlySpan<byte> secret, Span<byte> prk)
    {
        // The key agreement in the transcript fixes the length of every part, so the parts need no length prefixes.
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, transcript.KeyAgreement.SecretLength);
        using var material = new SecretBytes(secret.Length + (2 * ContributionLength));
        secret.CopyTo(material.Span);
        var contributions = material.Span[secret.Length..];
        transcript.InitiatorOffer.Contribution.CopyTo(contributions);
        transcript.ResponderAnswer.Contribution.CopyTo(contributions[ContributionLength..]);

        Span<byte> salt = stackalloc byte[LinkTranscript.HashLength];
        transcript.Hash(salt);
        HKDF.Extract(HashAlgorithmName.SHA256, material.Span, salt, prk);
    }

    public static void DeriveHelloKey(ReadOnlySpan<byte> prk, ushort lane, uint sender, uint receiver, Span<byte> key) =>
        ExpandForLane(prk, HelloLabel, lane, sender, receiver, key);

    public static void DeriveChain(ReadOnlySpan<byte> prk, ushort lane, uint sender, uint receiver, Span<byte> chain) =>
        ExpandForLane(prk, ChainLabel, lane, sender, receiver, chain);

    /// <summary>Derives a generation's key and IV; the spans must have the lengths that the suite requires.</summary>
    public static void DeriveGeneration(ReadOnlySpan<byte> chain, Span<byte> key, Span<byte> iv)
    {
        HKDF.Expand(HashAlgorithmName.SHA256, chain, key, KeyLabel);
        HKDF.Expand(HashAlgorithmName.SHA256, chain, iv, IvLabel);
    }

    /// <summary>Replaces a chain with its successor, from which the old one cannot be computed.</summary>
    public static void StepChain(Span<byte> chain)
    {
        Span<byte> next = stackalloc byte[SecretLength];
        HKDF.Expand(HashAlgorithmName.SHA256, chain, next, NextLabel);
        next.CopyTo(chain);
        CryptographicOperations.ZeroMemory(next);
    }

    private static void ExpandForLane(
        ReadOnlySpan<byte> prk, ReadOnlySpan<byte> label, ushort lane, uint sender, uint receiver, Span<byte> output)
    {
        Span<byte> info = stackalloc byte[LaneInfoLength];
        label.CopyTo(info);
        BinaryPrimitives.WriteUInt16BigEndian(info[LabelLength..], lane);
        BinaryPrimitives.WriteUInt32BigEndian(info[(LabelLength + sizeof(ushort))..], sender);
        BinaryPrimitives.WriteUInt32BigEndian(info[(LabelLength + sizeof(ushort) + sizeof(uint))..], receiver);
        HKDF.Expand(HashAlgorithmName.SHA256, prk, output[..SecretLength], info);
    }
}
