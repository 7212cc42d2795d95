using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>What protects the data of a communicator. The control plane is mutual TLS in each of them.</summary>
public enum Protection
{
    /// <summary>
    /// Nothing: anybody on the network can read and change the data. For measuring what protection costs. Needs
    /// <see cref="JobOptions.AllowPlaintext"/> (SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1) as well.
    /// </summary>
    UnsafePlaintext = ProtectionCode.UnsafePlaintext,

    /// <summary>Each lane runs inside mutual TLS 1.3 of its own. Chunks are not sealed beside it. Slower than <see cref="Aead"/>.</summary>
    Tls = ProtectionCode.Tls,

    /// <summary>Each chunk is encrypted and authenticated, with a counter against replay and keys that roll. The default.</summary>
    Aead = ProtectionCode.Aead,

    /// <summary>Both: sealed chunks inside TLS, for those who must have TLS on the wire and do not want to depend on it alone.</summary>
    TlsAndAead = ProtectionCode.TlsAndAead,
}
