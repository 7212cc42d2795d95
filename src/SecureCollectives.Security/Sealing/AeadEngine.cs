using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// One AEAD algorithm under one key at a time. Its suite says how long keys, nonces and tags are; engines of the same suite make the same bytes.
/// </summary>
/// <remarks>Not thread-safe: each direction of each lane has an engine of its own.</remarks>
internal abstract class AeadEngine(Suite suite) : IDisposable
{
    public Suite Suite { get; } = suite;

    /// <summary>
    /// Whether it reads each byte of what it opens once, and never reads back what it sealed: then others may change that memory meanwhile, and what it verified or sealed is
    /// still what the peer or this worker has sent. Declared of an engine that was tested for it.
    /// </summary>
    public virtual bool IsSinglePass => false;

    /// <summary>Takes a key into use and erases the one before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The suite's keys have another length.</exception>
    public abstract void SetKey(ReadOnlySpan<byte> key);

    /// <param name="nonce">Never given twice under one key.</param>
    /// <param name="associatedData">Authenticated, not sealed.</param>
    /// <param name="plaintext">What to seal.</param>
    /// <param name="ciphertext">As long as the plaintext, and either the same memory or apart from it.</param>
    /// <param name="tag">Takes the tag.</param>
    public abstract void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag);

    /// <summary>Opens in place. On false the text was wiped.</summary>
    public abstract bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> text, ReadOnlySpan<byte> tag);

    /// <summary>Opens apart: reads each byte of the ciphertext once, by a copy where the engine is not <see cref="IsSinglePass"/>. On false the plaintext was wiped.</summary>
    /// <param name="nonce">As for sealing.</param>
    /// <param name="associatedData">As for sealing.</param>
    /// <param name="ciphertext">Others may change it meanwhile.</param>
    /// <param name="tag">Nobody changes it.</param>
    /// <param name="plaintext">As long as the ciphertext, and apart from it.</param>
    public virtual bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext)
    {
        ciphertext.CopyTo(plaintext);
        return TryOpen(nonce, associatedData, plaintext, tag);
    }

    public abstract void Dispose();
}
