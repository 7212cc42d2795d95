using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>How a communicator's data is protected. The control plane always uses mutual TLS.</summary>
public enum Protection
{
    /// <summary>
    /// No protection: anyone on the network can read and change the data. For measuring the overhead of protection. Also requires
    /// <see cref="JobOptions.AllowPlaintext"/> (SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1).
    /// </summary>
    UnsafePlaintext = ProtectionCode.UnsafePlaintext,

    /// <summary>
    /// Each lane runs inside its own mutual TLS 1.3 connection, and chunks are not sealed. Slower than <see cref="Aead"/>.
    /// </summary>
    Tls = ProtectionCode.Tls,

    /// <summary>
    /// Each chunk is encrypted and authenticated, with a counter that prevents replay and keys that are stepped regularly. The default.
    /// </summary>
    Aead = ProtectionCode.Aead,

    /// <summary>Sealed chunks inside TLS, for users who must have TLS on the wire and do not want to depend on it alone.</summary>
    TlsAndAead = ProtectionCode.TlsAndAead,
}
