using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <content>How far both sides have come in the lane's life, and how it ends: by a notice, by the connection's end, by a frame that is refused.</content>
internal sealed partial class LanePort
{
    private const int MaxDiscardedReads = 64;
    private const int DiscardLength = 64 * 1024;

    /// <summary>Data, descriptor and message frames that were applied since the lane was opened.</summary>
    private ulong _applied;

    /// <summary>How many of them the peer was told of.</summary>
    private ulong _told;

    /// <summary>What the messages among the others count towards the peer's limit.</summary>
    private int _untoldWeight;

    private bool _acknowledgementDue;
    private bool _acknowledgesAtTheEnd;

    /// <summary>
    /// Whether the operation cannot end without the peer: something of its is awaited, or it no longer takes what is still to be sent to it, or not yet.
    /// </summary>
    private bool NeedsThePeer => AwaitsTransfers || AwaitsAcknowledgement || _sendBroken || (_suspended && (_sendFlow >= 0 || _receiveFlow >= 0));

    /// <summary>Whether <see cref="Discard"/> saw the peer's end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>
    /// Throws away what the peer still sends: closing a TCP connection with unread bytes would reset it, and the notice could be lost with it.
    /// </summary>
    /// <returns>Whether the peer has ended too.</returns>
    public bool Discard()
    {
        // Bounded: a peer that never stops sending must not keep this loop.
        for (var reads = 0; !HasEnded && reads < MaxDiscardedReads; reads++)
        {
            switch (_lane.Lane.TryReceive(_receiver.Staging(DiscardLength), out _))
            {
                case LaneOutcome.Moved:
                    continue;
                case LaneOutcome.WouldBlock:
                    return false;
                default:
                    // Who gave up on a new lane stays until the peer has ended that.
                    HasEnded = _successorSender is null;
                    TakeOver();
                    break;
            }
        }

        return HasEnded;
    }

    /// <summary>An operation that holds the caller's buffers waits for the acknowledgement; so its receiver owes one, at its end.</summary>
    private void AcknowledgeIfComplete() => _acknowledgementDue = _acknowledgesAtTheEnd && !AwaitsTransfers && _told < _applied;

    private void UseNotice(ReadOnlySpan<byte> payload)
    {
        // A number that no communicator reaches is refused here: users get it as a signed one.
        if (AbortNotice.TryRead(payload, out var notice) != FrameReadStatus.Ok || notice.Operation > long.MaxValue)
        {
            Refuse(OpenStatus.MalformedHeader);
            return;
        }

        // A peer that failed or left at a later operation has brought all of its part of this one, which may well succeed.
        if (NeedsThePeer || _run.IsSettling || notice.Operation <= _run.Operation.Sequence)
        {
            _run.FailByNotice(notice, Peer);
        }
        else
        {
            _farewell = notice;
        }
    }

    /// <summary>
    /// Takes up what the peer said of a later operation, now that something of its is missing here or this is that operation. Until then it may say more, of earlier ones
    /// too.
    /// </summary>
    private bool UseFarewell()
    {
        if (_farewell is not { } notice || (!NeedsThePeer && notice.Operation > _run.Operation.Sequence))
        {
            return false;
        }

        _farewell = null;
        _run.FailByNotice(notice, Peer);
        return true;
    }

    /// <summary>Whether nothing more comes on this lane; where something is awaited, that fails the operation.</summary>
    private bool HeardTheEnd() => _ended is { } outcome && (Stopped(outcome) || true);

    /// <summary>Turns the end of a connection into the operation's failure, where the operation still needs it.</summary>
    private bool Stopped(LaneOutcome outcome)
    {
        if (outcome == LaneOutcome.Moved || (outcome == LaneOutcome.WouldBlock && !_sendBroken))
        {
            return false;
        }

        if (_suspended && outcome == LaneOutcome.Ended)
        {
            _retired = true;
            return TakeOverIfRetired();
        }

        if (!NeedsThePeer)
        {
            _ended = outcome;
            return false;
        }

        _deaf = true;
        if (outcome == LaneOutcome.Altered)
        {
            _run.Fail(AbortReason.AuthenticationFailed, Peer, $"bytes from rank {Peer} were altered on the way: TLS refused them");
            return true;
        }

        _run.Fail(AbortReason.PeerLost, Peer, outcome == LaneOutcome.Ended
            ? $"rank {Peer} closed its connection in the middle of the operation; its process has probably ended"
            : _lane.Lane.Fault is { } fault ? $"the connection to rank {Peer} broke: {fault}"
            : $"the connection to rank {Peer} broke; its process or the network between has probably failed");
        return true;
    }

    private void Refuse(OpenStatus status)
    {
        _deaf = true;
        _run.Fail(AbortReason.AuthenticationFailed, Peer, status switch
        {
            OpenStatus.AuthenticationFailed => $"a frame from rank {Peer} failed authentication: it was altered on the way",
            OpenStatus.WrongCounter => $"a frame from rank {Peer} was out of its place: replayed, reordered, dropped or from another lane",
            _ => $"a frame from rank {Peer} was not the one due: it was altered on the way, or the peer runs another version",
        });
    }
}
