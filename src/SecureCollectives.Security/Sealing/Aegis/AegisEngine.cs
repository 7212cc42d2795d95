using NSec.Cryptography;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing.Aegis;

/// <summary>AEGIS-128L and AEGIS-256 with 256-bit tags (draft-irtf-cfrg-aegis-aead), through NSec and libsodium.</summary>
/// <remarks>
/// Single-pass: libsodium loads a block, uses it and stores the result. It computes the tag from its state rather than from the ciphertext,
/// so it never reads back what it has sealed, and it compares tags in place, reading each byte once.
/// </remarks>
internal sealed class AegisEngine : AeadEngine
{
    private readonly AeadAlgorithm _algorithm;
    private Key? _key;

    /// <param name="suite">The suite: AEGIS-128L or AEGIS-256, no other.</param>
    /// <exception cref="PlatformNotSupportedException">libsodium could not be loaded. Check with <see cref="AegisLibrary"/>
    /// first.</exception>
    public AegisEngine(Suite suite)
        : base(suite) => _algorithm = suite.Code switch
        {
            SuiteCode.Aegis128L => AeadAlgorithm.Aegis128L,
            SuiteCode.Aegis256 => AeadAlgorithm.Aegis256,
            _ => throw new ArgumentOutOfRangeException(nameof(suite), suite.Code, "Not AEGIS."),
        };

    public override bool IsSinglePass => true;

    private Key Key => _key ?? throw new ObjectDisposedException(nameof(AegisEngine), "The engine holds no key.");

    public override void SetKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Suite.KeyLength);
        Dispose();
        _key = Key.Import(_algorithm, key, KeyBlobFormat.RawSymmetricKey);
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes) =>
        _algorithm.Encrypt(Key, nonce, associatedData, plaintext, sealedBytes);

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes) =>
        TryOpen(nonce, associatedData, sealedBytes, sealedBytes);

    public override bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        // NSec reports a wrong length only as a wrong tag.
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, Suite.NonceLength);
        return _algorithm.Decrypt(Key, nonce, associatedData, sealedBytes, target[..(sealedBytes.Length - Suite.TagLength)]);
    }

    /// <summary>Releases the key. It is in locked and guarded memory, which libsodium zeroes when freeing it.</summary>
    public override void Dispose()
    {
        _key?.Dispose();
        _key = null;
    }
}
