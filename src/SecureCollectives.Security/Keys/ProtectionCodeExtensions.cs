namespace SecureCollectives.Security.Keys;

/// <summary>
/// What a protection is composed of. Everything else asks for these two and never for a protection by name, so that each composition works
/// wherever its parts do. A code nobody knows counts as everything at once.
/// </summary>
internal static class ProtectionCodeExtensions
{
    extension(ProtectionCode protection)
    {
        /// <summary>Whether each frame is sealed under the link's own keys.</summary>
        public bool SealsFrames => protection is not (ProtectionCode.UnsafePlaintext or ProtectionCode.Tls);

        /// <summary>Whether each lane runs inside a TLS connection of its own.</summary>
        public bool UsesTls => protection is not (ProtectionCode.UnsafePlaintext or ProtectionCode.Aead);
    }
}
