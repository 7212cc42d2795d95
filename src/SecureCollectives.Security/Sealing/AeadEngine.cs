using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// One AEAD algorithm under one key at a time. Its suite says how long keys, nonces and tags are; engines of the same suite make the same
/// bytes.
/// </summary>
/// <remarks>Not thread-safe: each direction of each lane has an engine of its own.</remarks>
internal abstract class AeadEngine(Suite suite) : IDisposable
{
    public Suite Suite { get; } = suite;

    /// <summary>
    /// Whether it reads each byte of what it opens once, and never reads back what it sealed: then others may change that memory meanwhile,
    /// and what it verified or sealed is still what the peer or this worker has sent. Declared of an engine that was tested for it.
    /// </summary>
    public virtual bool IsSinglePass => false;

    /// <summary>Takes a key into use and erases the one before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The suite's keys have another length.</exception>
    public abstract void SetKey(ReadOnlySpan<byte> key);

    /// <summary>Seals: writes the ciphertext, as long as the plaintext, and the tag behind it.</summary>
    /// <param name="nonce">Never given twice under one key.</param>
    /// <param name="associatedData">Authenticated, not sealed.</param>
    /// <param name="plaintext">What to seal.</param>
    /// <param name="sealedBytes">Longer than the plaintext by a tag; begins where the plaintext does, or lies apart from it.</param>
    public abstract void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes);

    /// <summary>Opens in place: the plaintext takes the place of the ciphertext. On false that place was wiped.</summary>
    /// <param name="nonce">As for sealing.</param>
    /// <param name="associatedData">As for sealing.</param>
    /// <param name="sealedBytes">Ciphertext and tag.</param>
    public abstract bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes);

    /// <summary>
    /// Opens apart: reads each sealed byte once, by a copy where the engine is not <see cref="IsSinglePass"/>. On false the place of the
    /// plaintext was wiped.
    /// </summary>
    /// <param name="nonce">As for sealing.</param>
    /// <param name="associatedData">As for sealing.</param>
    /// <param name="sealedBytes">Ciphertext and tag. Others may change them meanwhile.</param>
    /// <param name="target">As long, and apart from them: takes the plaintext, and has room for a copy of the tag behind it.</param>
    public virtual bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        sealedBytes.CopyTo(target);
        return TryOpen(nonce, associatedData, target);
    }

    public abstract void Dispose();
}
