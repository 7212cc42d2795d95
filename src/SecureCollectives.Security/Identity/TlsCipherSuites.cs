using System.Net.Security;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Which cipher suites of TLS 1.3 are offered and accepted: those with keys of 256 bits, so that a recording of what TLS carries is worth
/// no more to who has a quantum computer; one of 128 would be no faster here. A peer that offers TLS_AES_128_GCM_SHA256 alone is refused.
/// </summary>
/// <remarks>
/// AES-256-GCM where processors have instructions for it, ChaCha20-Poly1305 for those that have not. A connection carries at most 2^37
/// bytes of frames: that bound is AES-GCM's (RFC 8446, section 5.5); ChaCha20-Poly1305 would allow more than the sequence numbers of TLS
/// can count.
/// </remarks>
internal static class TlsCipherSuites
{
    public static IReadOnlyList<TlsCipherSuite> Allowed { get; } = [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];

    /// <exception cref="PlatformNotSupportedException">Not Linux: only there .NET lets OpenSSL be told.</exception>
    public static CipherSuitesPolicy CreatePolicy() =>
        OperatingSystem.IsLinux()
            ? new CipherSuitesPolicy(
                Allowed) : throw new PlatformNotSupportedException("The cipher suites of TLS can be chosen on Linux alone.");
}
