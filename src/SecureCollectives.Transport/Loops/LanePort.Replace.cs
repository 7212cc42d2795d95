using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <content>How a lane changes places with a new one while an operation waits for it.</content>
internal sealed partial class LanePort
{
    /// <summary>Between <see cref="Suspend"/> and <see cref="Resume"/>: the old lane carries no frame but an abort, or an acknowledgement that was still on its way.</summary>
    private bool _suspended;

    /// <summary>The peer has ended the old lane, because it has its new one already.</summary>
    private bool _retired;

    /// <summary>
    /// Bytes of finished frames, in the direction that carried more; the same at both ends between operations. Acknowledgements do not count: one may still be
    /// on its way when the next operation begins.
    /// </summary>
    public long CarriedBytes => Math.Max(_sender.FrameBytes, _receiver.FrameBytes);

    /// <summary>Keeps the operation that has just begun off this lane.</summary>
    public void Suspend() => _suspended = true;

    /// <summary>Goes on with a new lane; the old one is its owner's to close.</summary>
    public void Resume(LinkLane lane)
    {
        _lane = lane.Lane;
        _sender = new LaneSender(lane.Lane, lane.Sealer, _options);
        _receiver = new LaneReceiver(lane.Lane, lane.Opener);

        // Both ends have finished every operation before this one: nothing of the old lane is owed, and the counts begin with the new.
        _applied = 0;
        _told = 0;
        _untoldWeight = 0;
        _suspended = false;
        _retired = false;
    }
}
