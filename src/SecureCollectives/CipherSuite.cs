using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>The cipher of <see cref="Protection.Aead"/> and <see cref="Protection.TlsAndAead"/>.</summary>
public enum CipherSuite
{
    /// <summary>AES-256 in Galois/Counter Mode (NIST SP 800-38D). The default; fast wherever the processor has AES instructions.</summary>
    Aes256Gcm = SuiteCode.Aes256Gcm,

    /// <summary>ChaCha20-Poly1305 (RFC 8439). For processors without AES instructions.</summary>
    ChaCha20Poly1305 = SuiteCode.ChaCha20Poly1305,
}
