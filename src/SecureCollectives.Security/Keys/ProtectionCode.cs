namespace SecureCollectives.Security.Keys;

/// <summary>A link's protection, as encoded in the transcript. Always taken from there, never from a header.</summary>
internal enum ProtectionCode : byte
{
    UnsafePlaintext = 1,
    Tls = 2,
    Aead = 3,
    TlsAndAead = 4,
}
