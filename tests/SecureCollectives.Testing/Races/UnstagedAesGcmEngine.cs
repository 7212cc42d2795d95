using System.Security.Cryptography;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Testing.Races;

/// <summary>OpenSSL's AES-GCM used incorrectly: claims to read its input once, but reads it twice.</summary>
internal sealed class UnstagedAesGcmEngine() : AeadEngine(Suite.Aes256Gcm)
{
    private AesGcm? _cipher;

    public override bool IsSinglePass => true;

    public override void SetKey(ReadOnlySpan<byte> key)
    {
        Dispose();
        _cipher = new AesGcm(key, Suite.TagLength);
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes) =>
        _cipher!.Encrypt(nonce, plaintext, sealedBytes[..plaintext.Length], sealedBytes[plaintext.Length..], associatedData);

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes) =>
        TryOpen(nonce, associatedData, sealedBytes, sealedBytes);

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        var length = sealedBytes.Length - Suite.TagLength;
        try
        {
            _cipher!.Decrypt(nonce, sealedBytes[..length], sealedBytes[length..], target[..length], associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public override void Dispose()
    {
        _cipher?.Dispose();
        _cipher = null;
    }
}
