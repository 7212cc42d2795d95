namespace SecureCollectives.Security.Keys;

/// <summary>A link's protection, as it stands in the transcript. It comes from there and never from a header.</summary>
internal enum ProtectionCode : byte
{
    UnsafePlaintext = 1,
    Tls = 2,
    Aead = 3,
    TlsAndAead = 4,
}
