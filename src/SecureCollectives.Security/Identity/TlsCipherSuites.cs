using System.Net.Security;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// The TLS 1.3 cipher suites that are offered and accepted: those with 256-bit keys, for which a key search is infeasible even on a quantum
/// computer. 128-bit keys would not be faster here. A peer that offers only TLS_AES_128_GCM_SHA256 is refused.
/// </summary>
/// <remarks>
/// AES-256-GCM is for processors with AES instructions, ChaCha20-Poly1305 for all others. A connection carries at most 2^37 bytes of
/// frames, the limit for AES-GCM (RFC 8446, section 5.5); for ChaCha20-Poly1305, TLS runs out of sequence numbers first.
/// </remarks>
internal static class TlsCipherSuites
{
    public static IReadOnlyList<TlsCipherSuite> Allowed { get; } = [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    /// <summary>Creates a policy with these suites.</summary>
    /// <exception cref="PlatformNotSupportedException">Not on Linux, where .NET passes the suites to OpenSSL.</exception>
    public static CipherSuitesPolicy CreatePolicy() =>
        OperatingSystem.IsLinux()
            ? new CipherSuitesPolicy(
                Allowed) : throw new PlatformNotSupportedException("TLS cipher suites can be configured only on Linux.");
}
