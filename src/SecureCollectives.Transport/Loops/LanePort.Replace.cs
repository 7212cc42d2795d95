using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// How a lane changes places with a new one while an operation waits for it. The new one carries frames when the old one has ended in both directions, so that nothing
/// that an end says can fall between the two. The initiator ends first: when it has the new link, the responder has it too, or is about to take it from its transport.
/// The responder ends when it has the link and has seen that end. Until an end has ended the old lane it gives up there, and its peer still reads it; after that it gives
/// up on the new one.
/// </content>
internal sealed partial class LanePort
{
    /// <summary>From <see cref="Suspend"/> until the new lane has taken over: the old lane carries no frame but an abort, or an acknowledgement that was still on its way.</summary>
    private bool _suspended;

    /// <summary>The peer has ended the old lane, because it has its new one already.</summary>
    private bool _retired;

    /// <summary>The new lane, while the old one is still heard.</summary>
    private LinkLane? _successor;

    /// <summary>Speaks on the new lane where this side has ended the old one and still hears it.</summary>
    private LaneSender? _successorSender;

    /// <summary>
    /// Bytes of finished frames, in the direction that carried more; the same at both ends between operations. Acknowledgements do not count: one may still be
    /// on its way when the next operation begins.
    /// </summary>
    public long CarriedBytes => Math.Max(_sender.FrameBytes, _receiver.FrameBytes);

    /// <summary>What an abort leaves by.</summary>
    private LaneSender Speaker => _successorSender ?? _sender;

    /// <summary>Keeps the operation that has just begun off this lane.</summary>
    public void Suspend() => _suspended = true;

    /// <summary>Has a new lane; the old one is its owner's to close, after <see cref="TakeOver"/>.</summary>
    public void Succeed(LinkLane lane)
    {
        _successor = lane;
        if (_run.Rank < Peer)
        {
            EndOld(lane);
        }

        TakeOverIfRetired();
    }

    /// <summary>Goes on with the new lane, where one waits: the operation that brought it is over, and so the peer has ended the old one.</summary>
    public void TakeOver()
    {
        if (_successor is not { } lane)
        {
            return;
        }

        EndOld(lane);
        _lane.EraseKeys();
        _lane = lane;
        _sender = _successorSender!;
        _receiver = new LaneReceiver(lane.Lane, lane.Opener);
        _successor = null;
        _successorSender = null;

        // Both ends have finished every operation before this one: nothing of the old lane is owed, and the counts begin with the new.
        _applied = 0;
        _told = 0;
        _untoldWeight = 0;
        _ended = null;
        _sendBroken = false;
        _suspended = false;
        _retired = false;
    }

    private bool TakeOverIfRetired()
    {
        var ready = _retired && _successor is not null;
        if (ready)
        {
            TakeOver();
        }

        return ready;
    }

    private void EndOld(LinkLane successor)
    {
        if (_successorSender is null)
        {
            _lane.Lane.EndSending();
            _successorSender = new LaneSender(successor.Lane, successor.Sealer, _options);
        }
    }
}
