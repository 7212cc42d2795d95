using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <content>How a lane changes places with a new one while an operation waits for it.</content>
internal sealed partial class LanePort
{
    /// <summary>Between <see cref="Suspend"/> and <see cref="Resume"/>: no frame is due on the old lane, but an abort may come.</summary>
    private bool _suspended;

    /// <summary>The peer has ended the old lane, because it has its new one already.</summary>
    private bool _retired;

    /// <summary>Bytes of the direction that carried more; the same at both ends between operations.</summary>
    public long CarriedBytes => Math.Max(_sender.CarriedBytes, _receiver.CarriedBytes);

    /// <summary>Keeps the operation that has just begun off this lane.</summary>
    public void Suspend() => _suspended = true;

    /// <summary>Goes on with a new lane; the old one is its owner's to close.</summary>
    public void Resume(LinkLane lane)
    {
        _lane = lane.Lane;
        _sender = new LaneSender(lane.Lane, lane.Sealer, _chunkBytes);
        _receiver = new LaneReceiver(lane.Lane, lane.Opener, _chunkBytes);
        _suspended = false;
        _retired = false;
    }
}
