using System.Security.Cryptography;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>AES-256-GCM (NIST SP 800-38D; RFC 5116, AEAD_AES_256_GCM) through .NET and OpenSSL.</summary>
internal sealed class AesGcmEngine() : AeadEngine(Suite.Aes256Gcm)
{
    private AesGcm? _cipher;

    private AesGcm Cipher => _cipher ?? throw new ObjectDisposedException(nameof(AesGcmEngine), "The engine holds no key.");

    public override void SetKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Suite.KeyLength);
        Dispose();
        _cipher = new AesGcm(key, Suite.TagLength);
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes) =>
        Cipher.Encrypt(nonce, plaintext, sealedBytes[..plaintext.Length], sealedBytes[plaintext.Length..], associatedData);

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes)
    {
        var text = sealedBytes[..^Suite.TagLength];
        try
        {
            Cipher.Decrypt(nonce, text, sealedBytes[text.Length..], text, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Releases the key: OpenSSL clears the key schedule when freeing the cipher.</summary>
    public override void Dispose()
    {
        _cipher?.Dispose();
        _cipher = null;
    }
}
