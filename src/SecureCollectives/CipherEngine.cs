using SecureCollectives.Security.Sealing;

namespace SecureCollectives;

/// <summary>
/// The engine that computes <see cref="CipherSuite.Aes256Gcm"/> on this worker. All engines produce the same bytes, so ranks need not agree
/// on one. <see cref="CipherSuite.ChaCha20Poly1305"/> always runs on OpenSSL and AEGIS always on libsodium.
/// </summary>
public enum CipherEngine
{
    /// <summary>The default: <see cref="IpsecMb"/> if it is usable, otherwise <see cref="OpenSsl"/>.</summary>
    Automatic = EngineCode.Automatic,

    /// <summary>OpenSSL, through .NET. Always available.</summary>
    OpenSsl = EngineCode.OpenSsl,

    /// <summary>
    /// Intel's Multi-Buffer Crypto for IPsec, on x64 processors with AVX2. It is faster still with vector AES instructions, which it uses
    /// with AVX-512 or, from version 1.5 on, with AVX2 alone. The package libipsec-mb2 (Debian 13, Ubuntu 25.04 and later) or libipsec-mb1
    /// (earlier releases) provides it. Selecting it on a machine that cannot use it is an error.
    /// </summary>
    IpsecMb = EngineCode.IpsecMb,
}
