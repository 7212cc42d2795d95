using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>A confirmed lane with the sealer and opener of its two directions; owns all three.</summary>
internal sealed class LinkLane(Lane lane, FrameSealer sealer, FrameOpener opener) : IDisposable
{
    public Lane Lane { get; } = lane;

    public FrameSealer Sealer { get; } = sealer;

    public FrameOpener Opener { get; } = opener;

    /// <summary>Erases the keys; the lane itself stays open.</summary>
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
