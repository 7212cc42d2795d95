using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Testing;

/// <summary>
/// An AEAD built from HMAC-SHA256 for a suite of arbitrary lengths. It shows that the code around engines does not depend on the lengths of
/// the existing suites. It checks every length that it is given.
/// </summary>
internal sealed class HashEngine(Suite suite) : AeadEngine(suite)
{
    private byte[] _key = [];

    /// <summary>The nonce of the last call.</summary>
    public byte[] Nonce { get; private set; } = [];

    /// <summary>The current key.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>True, because it produces sealed bytes in a private buffer and then copies them.</summary>
    public override bool IsSinglePass => true;

    public override void SetKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Suite.KeyLength);
        _key = key.ToArray();
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sealedBytes.Length, plaintext.Length + Suite.TagLength);
        Require(nonce);
        var text = plaintext.ToArray();
        Mask(nonce, text);
        var tag = new byte[Suite.TagLength];
        Tag(nonce, associatedData, text, tag);
        text.CopyTo(sealedBytes);
        tag.CopyTo(sealedBytes[text.Length..]);
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes)
    {
        Require(nonce);
        var text = sealedBytes[..^Suite.TagLength];
        var expected = new byte[Suite.TagLength];
        Tag(nonce, associatedData, text, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, sealedBytes[text.Length..]))
        {
            text.Clear();
            return false;
        }

        Mask(nonce, text);
        return true;
    }

    public override void Dispose() => _key = [];

    private void Require(ReadOnlySpan<byte> nonce)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, Suite.NonceLength);
        Nonce = nonce.ToArray();
    }

    /// <summary>Encrypts in counter mode: the key stream is the HMAC of nonce and block number.</summary>
    private void Mask(ReadOnlySpan<byte> nonce, Span<byte> text)
    {
        Span<byte> block = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> input = stackalloc byte[nonce.Length + sizeof(int)];
        nonce.CopyTo(input);
        for (var at = 0; at < text.Length; at++)
        {
            if (at % block.Length == 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(input[nonce.Length..], at);
                HMACSHA256.HashData(_key, input, block);
            }

            text[at] ^= block[at % block.Length];
        }
    }

    private void Tag(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, Span<byte> tag)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(nonce);
        hash.AppendData(associatedData);
        hash.AppendData(ciphertext);
        hash.GetHashAndReset().AsSpan(0, tag.Length).CopyTo(tag);
    }
}
