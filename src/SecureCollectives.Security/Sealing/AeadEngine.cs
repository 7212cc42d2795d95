using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// An AEAD algorithm that holds one key at a time. Its suite determines the lengths of keys, nonces and tags; engines for the same suite
/// produce the same bytes.
/// </summary>
/// <remarks>Not thread-safe: each direction of each lane has its own engine.</remarks>
internal abstract class AeadEngine(Suite suite) : IDisposable
{
    public Suite Suite { get; } = suite;

    /// <summary>
    /// Whether the engine reads each byte only once when opening, and never reads back what it has sealed. Others may then change that
    /// memory concurrently, yet what the engine verified or sealed is still what the peer or this worker sent. True only for engines that
    /// were tested for it.
    /// </summary>
    public virtual bool IsSinglePass => false;

    /// <summary>Sets the key and erases the previous one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The key has the wrong length for the suite.</exception>
    public abstract void SetKey(ReadOnlySpan<byte> key);

    /// <summary>Seals: writes the ciphertext, which is as long as the plaintext, followed by the tag.</summary>
    /// <param name="nonce">The nonce; must never be used twice with the same key.</param>
    /// <param name="associatedData">The bytes to authenticate but not encrypt.</param>
    /// <param name="plaintext">The bytes to encrypt and authenticate; may be empty.</param>
    /// <param name="sealedBytes">Receives the ciphertext and the tag. Must start at the same address as the plaintext or not overlap
    /// it.</param>
    public abstract void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes);

    /// <summary>
    /// Opens in place: the plaintext replaces the ciphertext. If it returns false, it has wiped the plaintext's memory.
    /// </summary>
    /// <param name="nonce">The nonce used for sealing, of the suite's length.</param>
    /// <param name="associatedData">The associated data used for sealing.</param>
    /// <param name="sealedBytes">The ciphertext and the tag; the plaintext replaces the ciphertext.</param>
    public abstract bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes);

    /// <summary>
    /// Opens into separate memory and reads each sealed byte only once, through a copy if the engine is not <see cref="IsSinglePass"/>. If
    /// it returns false, it has wiped the plaintext's memory.
    /// </summary>
    /// <param name="nonce">The nonce used for sealing, of the suite's length.</param>
    /// <param name="associatedData">The associated data used for sealing.</param>
    /// <param name="sealedBytes">The ciphertext and the tag. Others may change them concurrently.</param>
    /// <param name="target">Receives the plaintext, with room after it for a copy of the tag. Must be as long as
    /// <paramref name="sealedBytes"/> and not overlap it.</param>
    public virtual bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        sealedBytes.CopyTo(target);
        return TryOpen(nonce, associatedData, target);
    }

    public abstract void Dispose();
}
