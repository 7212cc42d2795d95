namespace SecureCollectives.Security.Keys;

/// <summary>The AEAD that seals a link's frames, as encoded in the transcript.</summary>
internal enum SuiteCode : byte
{
    /// <summary>Frames are not sealed; for protections without AEAD.</summary>
    None = 0,

    Aes256Gcm = 1,
    ChaCha20Poly1305 = 2,
    Aegis128L = 3,
    Aegis256 = 4,
}
