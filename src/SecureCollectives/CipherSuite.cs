using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>The cipher of <see cref="Protection.Aead"/> and <see cref="Protection.TlsAndAead"/>.</summary>
public enum CipherSuite
{
    /// <summary>
    /// The default: the first of <see cref="Aegis128L"/>, <see cref="Aegis256"/>, <see cref="Aes256Gcm"/> and
    /// <see cref="ChaCha20Poly1305"/> that all workers of the job declared usable when they joined. All ranks choose the same one. If one
    /// worker forces a slower suite, the log names its rank.
    /// </summary>
    Automatic = SuiteCode.None,

    /// <summary>
    /// AES-256 in Galois/Counter Mode (NIST SP 800-38D), for users who need a NIST-approved cipher. Fast on processors with AES
    /// instructions, and faster with <see cref="CipherEngine.IpsecMb"/>.
    /// </summary>
    Aes256Gcm = SuiteCode.Aes256Gcm,

    /// <summary>ChaCha20-Poly1305 (RFC 8439), for processors without AES instructions.</summary>
    ChaCha20Poly1305 = SuiteCode.ChaCha20Poly1305,

    /// <summary>
    /// AEGIS-128L with 256-bit tags and 128-bit keys (draft-irtf-cfrg-aegis-aead): about twice as fast as AES-256-GCM. Requires AES
    /// instructions on every worker.
    /// </summary>
    Aegis128L = SuiteCode.Aegis128L,

    /// <summary>
    /// AEGIS-256 with 256-bit tags and 256-bit keys (draft-irtf-cfrg-aegis-aead): slower than AEGIS-128L. Requires AES instructions on
    /// every worker.
    /// </summary>
    Aegis256 = SuiteCode.Aegis256,
}
