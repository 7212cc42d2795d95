namespace SecureCollectives.Framing;

/// <summary>Properties of frame kinds.</summary>
internal static class FrameKindExtensions
{
    /// <summary>Whether frames of this kind belong to an operation and are therefore applied and acknowledged.</summary>
    public static bool IsAcknowledged(this FrameKind kind) => kind is FrameKind.Data or FrameKind.Descriptor or FrameKind.Message;
}
