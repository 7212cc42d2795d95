namespace SecureCollectives.Framing;

/// <summary>What follows from a frame's kind.</summary>
internal static class FrameKindExtensions
{
    /// <summary>Whether frames of a kind are part of an operation, in which every one of them is applied and acknowledged.</summary>
    public static bool IsAcknowledged(this FrameKind kind) => kind is FrameKind.Data or FrameKind.Descriptor or FrameKind.Message;
}
