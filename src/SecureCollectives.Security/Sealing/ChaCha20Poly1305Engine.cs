using System.Security.Cryptography;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>ChaCha20-Poly1305 (RFC 8439, section 2.8) through .NET and OpenSSL.</summary>
internal sealed class ChaCha20Poly1305Engine() : AeadEngine(Suite.ChaCha20Poly1305)
{
    private ChaCha20Poly1305? _cipher;

    private ChaCha20Poly1305 Cipher =>
        _cipher ?? throw new ObjectDisposedException(nameof(ChaCha20Poly1305Engine), "The engine holds no key.");

    public override void SetKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Suite.KeyLength);
        Dispose();
        _cipher = new ChaCha20Poly1305(key);
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
