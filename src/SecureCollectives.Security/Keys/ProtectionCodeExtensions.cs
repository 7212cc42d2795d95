namespace SecureCollectives.Security.Keys;

internal static class ProtectionCodeExtensions
{
    /// <summary>Whether each frame is sealed under the link's own keys.</summary>
    public static bool SealsFrames(this ProtectionCode protection) =>
        protection is not (ProtectionCode.UnsafePlaintext or ProtectionCode.Tls);
}
