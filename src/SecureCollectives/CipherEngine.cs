using SecureCollectives.Security.Sealing;

namespace SecureCollectives;

/// <summary>
/// What computes <see cref="CipherSuite.Aes256Gcm"/> at this worker. All engines make the same bytes, so ranks need not agree on it.
/// <see cref="CipherSuite.ChaCha20Poly1305"/> always runs on OpenSSL, AEGIS always on libsodium.
/// </summary>
public enum CipherEngine
{
    /// <summary>The default: <see cref="IpsecMb"/> where it can be used, else <see cref="OpenSsl"/>.</summary>
    Automatic = EngineCode.Automatic,

    /// <summary>OpenSSL, through .NET. Always there.</summary>
    OpenSsl = EngineCode.OpenSsl,

    /// <summary>
    /// Intel's Multi-Buffer Crypto for IPsec, on x64 processors with AVX2; faster still on those with vector AES instructions, from version
    /// 1.5 with AVX2 alone. The package libipsec-mb2 (Debian 13, Ubuntu 25.04 and later) or libipsec-mb1 (before) brings it. Asking for it
    /// where it cannot be used is an error.
    /// </summary>
    IpsecMb = EngineCode.IpsecMb,
}
