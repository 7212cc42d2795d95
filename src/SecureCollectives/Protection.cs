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

    /// <summary>Each chunk is encrypted and authenticated, with a counter against replay and keys that roll. The default.</summary>
    Aead = ProtectionCode.Aead,
}
