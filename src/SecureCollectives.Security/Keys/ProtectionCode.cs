namespace SecureCollectives.Security.Keys;

/// <summary>The protection of a link, as encoded in the transcript. It is always taken from there and never from a header.</summary>
internal enum ProtectionCode : byte
{
    UnsafePlaintext = 1,
    Tls = 2,
    Aead = 3,
    TlsAndAead = 4,
}
