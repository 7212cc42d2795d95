using System.Net.Security;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// The cipher suites of TLS 1.3 that are offered and accepted: those with 256-bit keys, whose search is out of reach even for a quantum
/// computer. Keys of 128 bits would not be faster here. A peer that offers only TLS_AES_128_GCM_SHA256 is refused.
/// </summary>
/// <remarks>
/// AES-256-GCM is for processors with AES instructions, ChaCha20-Poly1305 for others. A connection carries at most 2^37 bytes of frames,
/// the limit of AES-GCM (RFC 8446, section 5.5); the limit of ChaCha20-Poly1305 is beyond the sequence numbers of TLS.
/// </remarks>
internal static class TlsCipherSuites
{
    public static IReadOnlyList<TlsCipherSuite> Allowed { get; } = [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    /// <summary>Returns a policy with these suites.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux, where .NET passes suites to OpenSSL.</exception>
    public static CipherSuitesPolicy CreatePolicy() =>
        OperatingSystem.IsLinux()
            ? new CipherSuitesPolicy(
                Allowed) : throw new PlatformNotSupportedException("The cipher suites of TLS can be chosen on Linux alone.");
}
