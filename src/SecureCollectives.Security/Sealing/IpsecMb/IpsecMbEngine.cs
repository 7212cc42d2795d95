using System.Security.Cryptography;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing.IpsecMb;

/// <summary>
/// AES-256-GCM (NIST SP 800-38D; RFC 5116, AEAD_AES_256_GCM) through Intel's Multi-Buffer Crypto for IPsec. Produces the same bytes as
/// <see cref="AesGcmEngine"/>. The library checks neither lengths nor tags, so this class does.
/// </summary>
internal sealed unsafe class IpsecMbEngine(IpsecMbFunctions functions) : AeadEngine(Suite.Aes256Gcm)
{
    private IpsecMbKey? _key;

    /// <summary>Whether the library has written only inside the current key's memory.</summary>
    public bool IsWithinBounds => Key.IsWithinBounds;

    public override bool IsSinglePass => functions.IsSinglePass;

    private IpsecMbKey Key => _key ?? throw new ObjectDisposedException(nameof(IpsecMbEngine), "The engine holds no key.");

    public override void SetKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Suite.KeyLength);
        Dispose();
        _key = new IpsecMbKey(functions, key);
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, Suite.NonceLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sealedBytes.Length, plaintext.Length + Suite.TagLength);
        if (plaintext.Overlaps(sealedBytes, out var offset) && offset != 0)
        {
            throw new ArgumentException("The ciphertext must start where the plaintext does, or not overlap it.", nameof(sealedBytes));
        }

        var key = Key;
        var held = false;
        try
        {
            key.DangerousAddRef(ref held);
            fixed (byte* iv = nonce, aad = associatedData, input = plaintext, output = sealedBytes)
            {
                functions.Seal(
                    key.Data, key.Context, output, input, plaintext.Length, iv, aad, associatedData.Length, output + plaintext.Length,
                        Suite.TagLength);
            }
        }
        finally
        {
            if (held)
            {
                key.DangerousRelease();
            }
        }
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes)
    {
        var text = sealedBytes[..^Suite.TagLength];
        return TryOpen(nonce, associatedData, text, sealedBytes[text.Length..], text);
    }

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        if (!IsSinglePass)
        {
            return base.TryOpen(nonce, associatedData, sealedBytes, target);
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, sealedBytes.Length);
        var text = sealedBytes[..^Suite.TagLength];
        var tag = target[text.Length..];
        sealedBytes[text.Length..].CopyTo(tag);
        return TryOpen(nonce, associatedData, text, tag, target[..text.Length]);
    }

    /// <summary>Zeroes and frees the expanded key.</summary>
    public override void Dispose()
    {
        _key?.Dispose();
        _key = null;
    }

    private bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag,
        Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, Suite.NonceLength);
        var computed = (stackalloc byte[Suite.MaxTagLength])[..tag.Length];

        // Differs from the tag in every bit: if the library returns without writing a tag, verification fails.
        for (var at = 0; at < tag.Length; at++)
        {
            computed[at] = (byte)~tag[at];
        }

        var key = Key;
        var (held, opened) = (false, false);
        try
        {
            key.DangerousAddRef(ref held);
            fixed (byte* iv = nonce, aad = associatedData, input = text, output = target, tagOut = computed)
            {
                functions.Open(key.Data, key.Context, output, input, text.Length, iv, aad, associatedData.Length, tagOut, tag.Length);
            }

            opened = CryptographicOperations.FixedTimeEquals(computed, tag);
            return opened;
        }
        finally
        {
            if (!opened)
            {
                // The correct tag would enable a forgery.
                CryptographicOperations.ZeroMemory(computed);
                CryptographicOperations.ZeroMemory(target);
            }

            if (held)
            {
                key.DangerousRelease();
            }
        }
    }
}
