namespace SecureCollectives.Security.Keys;

/// <summary>
/// The components of a protection. All other code uses these two and never tests for a particular protection, so that each combination
/// works wherever its parts do. An unknown code counts as having all components.
/// </summary>
internal static class ProtectionCodeExtensions
{
    extension(ProtectionCode protection)
    {
        /// <summary>Whether each frame is sealed under the link's own keys.</summary>
        public bool SealsFrames => protection is not (ProtectionCode.UnsafePlaintext or ProtectionCode.Tls);

        /// <summary>Whether each lane runs inside its own TLS connection.</summary>
        public bool UsesTls => protection is not (ProtectionCode.UnsafePlaintext or ProtectionCode.Aead);
    }
}
