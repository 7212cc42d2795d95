using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Links;

/// <summary>A confirmed lane with the protection of both of its directions; owns them.</summary>
internal sealed class LinkLane(Lane lane, FrameSealer sealer, FrameOpener opener) : IDisposable
{
    public Lane Lane { get; } = lane;

    public FrameSealer Sealer { get; } = sealer;

    public FrameOpener Opener { get; } = opener;

    public void Dispose()
    {
        Lane.Dispose();
        Sealer.Dispose();
        Opener.Dispose();
    }
}
