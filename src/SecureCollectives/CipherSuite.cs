using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>The cipher of <see cref="Protection.Aead"/> and <see cref="Protection.TlsAndAead"/>.</summary>
public enum CipherSuite
{
    /// <summary>
    /// The default: the first of <see cref="Aegis128L"/>, <see cref="Aegis256"/>, <see cref="Aes256Gcm"/> and
    /// <see cref="ChaCha20Poly1305"/> that all workers of the job can use, as each said when it joined. All ranks choose the same; where
    /// one worker forces a slower one, the log names its rank.
    /// </summary>
    Automatic = SuiteCode.None,

    /// <summary>
    /// AES-256 in Galois/Counter Mode (NIST SP 800-38D): for who needs a cipher that NIST has approved. Fast wherever the processor has AES
    /// instructions, faster with
    /// <see cref="CipherEngine.IpsecMb"/>.
    /// </summary>
    Aes256Gcm = SuiteCode.Aes256Gcm,

    /// <summary>ChaCha20-Poly1305 (RFC 8439). For processors without AES instructions.</summary>
    ChaCha20Poly1305 = SuiteCode.ChaCha20Poly1305,

    /// <summary>
    /// AEGIS-128L with tags of 256 bits (draft-irtf-cfrg-aegis-aead): about twice as fast as AES-256-GCM, with keys of 128 bits. Needs AES
    /// instructions at every worker.
    /// </summary>
    Aegis128L = SuiteCode.Aegis128L,

    /// <summary>
    /// AEGIS-256 with tags of 256 bits (draft-irtf-cfrg-aegis-aead): keys of 256 bits, slower than AEGIS-128L. Needs AES instructions at
    /// every worker.
    /// </summary>
    Aegis256 = SuiteCode.Aegis256,
}
