namespace SecureCollectives.Security.Sealing;

/// <summary>Which engine a worker asks for. Never sent and never hashed: engines of one suite make the same bytes.</summary>
internal enum EngineCode
{
    /// <summary>The fastest that can be used here.</summary>
    Automatic = 0,

    /// <summary>OpenSSL through .NET: always there.</summary>
    OpenSsl = 1,

    /// <summary>Intel's ipsec-mb, for AES-256-GCM.</summary>
    IpsecMb = 2,
}
