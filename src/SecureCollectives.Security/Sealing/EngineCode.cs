namespace SecureCollectives.Security.Sealing;

/// <summary>The engine that a worker requests. Never sent and never hashed: engines for the same suite produce the same bytes.</summary>
internal enum EngineCode
{
    /// <summary>The fastest usable engine.</summary>
    Automatic = 0,

    /// <summary>OpenSSL through .NET: always available.</summary>
    OpenSsl = 1,

    /// <summary>Intel's ipsec-mb, for AES-256-GCM.</summary>
    IpsecMb = 2,
}
