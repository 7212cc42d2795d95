using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>A confirmed lane with the protection of both of its directions; owns them.</summary>
internal sealed class LinkLane(Lane lane, FrameSealer sealer, FrameOpener opener) : IDisposable
{
    public Lane Lane { get; } = lane;

    public FrameSealer Sealer { get; } = sealer;

    public FrameOpener Opener { get; } = opener;

    /// <summary>Ends all use of the keys; the lane itself stays.</summary>
    public void EraseKeys()
    {
        Sealer.Dispose();
        Opener.Dispose();
    }

    public void Dispose()
    {
        Lane.Dispose();
        EraseKeys();
    }
}
