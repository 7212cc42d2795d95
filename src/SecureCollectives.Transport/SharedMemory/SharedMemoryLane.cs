using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A lane through memory that two workers of one host share: one ring per direction, written only by its sender. The Unix socket that
/// introduced the lane stays open: a byte on it wakes a sleeping peer, and its end signals that the peer has ended.
/// </summary>
/// <remarks>
/// <para>The peer may write anything into its own file at any time: its positions are checked each time they are read, and lent memory is
/// only as trustworthy as <see cref="LendingLane"/> says.</para>
/// <para>No wake-up is lost: the sender publishes its position, fences, then reads whether the peer sleeps; the sleeper publishes that it
/// sleeps, fences, then reads the positions again. The wake-up is a byte on the socket rather than a write to the peer's eventfd: sending
/// it cannot block, whatever the peer does, and it is sent once per sleep.</para>
/// <para>The receive position is published once per quarter of the ring, and before a receive that finds nothing; not more often, because
/// each update takes a cache line from the peer.</para>
/// </remarks>
internal sealed class SharedMemoryLane : LendingLane
{
    /// <summary>
    /// The maximum number of consecutive wake-ups from a peer whose positions have not changed. A peer that follows the protocol wakes this
    /// side once per sleep, for bytes or for room.
    /// </summary>
    private const int MaxIdleWakes = 1000;

    private readonly UnixSocket _socket;
    private readonly RingMapping _own;
    private readonly RingMapping _peer;
    private readonly uint _tellingStep;

    /// <summary>The number of bytes that this side has sent; the next field counts those it has received.</summary>
    private ulong _head;
    private ulong _tail;

    /// <summary>The value of <see cref="_tail"/> that was last published to the peer.</summary>
    private ulong _toldTail;

    /// <summary>The number of bytes that the peer has sent, as last read; the next field counts those it has received.</summary>
    private ulong _peerHead;
    private ulong _peerTail;
    private ulong _sleeps;
    private ulong _wokenSleep;
    private int _idleWakes;
    private (ulong Head, ulong Tail) _atLastWake;
    private bool _isPeerGone;
    private bool _hasEnded;
    private string? _fault;
    private bool _isDisposed;

    /// <param name="socket">A socket connected to the peer; owned by the lane.</param>
    /// <param name="own">The mapping of this side's ring; owned by the lane.</param>
    /// <param name="peer">The mapping of the peer's ring, of the same size; owned by the lane.</param>
    public SharedMemoryLane(UnixSocket socket, RingMapping own, RingMapping peer)
    {
        _socket = socket;
        _own = own;
        _peer = peer;
        _tellingStep = (uint)peer.Capacity / 4;
    }

    public override int Descriptor => _socket.Descriptor;

    public override bool ShowsRoomAsInput => true;

    public override string? Fault => _fault;

    public override int LongestLoan => _own.Capacity;

    private bool IsBroken => _fault is not null || _isDisposed;

    public override LaneOutcome TryReserve(int length, out Span<byte> room)
    {
        if (IsBroken || _isPeerGone || _hasEnded)
        {
            room = default;
            return LaneOutcome.Broken;
        }

        if (Room < length && (!TryReadPeerTail() || Room < length))
        {
            room = default;
            return IsBroken ? LaneOutcome.Broken : LaneOutcome.WouldBlock;
        }

        room = _own.Ring(_head, length);
        return LaneOutcome.Moved;
    }

    public override void Commit(int length)
    {
        if (IsBroken)
        {
            return;
        }

        _head += (uint)length;
        Volatile.Write(ref _own.Word(RingLayout.Head), _head);
        WakePeer();
    }

    public override LaneOutcome TryPeek(int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (Available < (ulong)length || IsBroken)
        {
            var outcome = LookForBytes(length);
            if (outcome != LaneOutcome.Moved)
            {
                return outcome;
            }
        }

        bytes = _peer.Ring(_tail, length);
        return LaneOutcome.Moved;
    }

    public override void Release(int length)
    {
        _tail += (uint)length;
        if (_tail - _toldTail >= _tellingStep)
        {
            TellTail();
        }
    }

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = 0;
        if (head.IsEmpty && body.IsEmpty)
        {
            return LaneOutcome.WouldBlock;
        }

        var outcome = TryReserve(1, out _);
        if (outcome != LaneOutcome.Moved)
        {
            return outcome;
        }

        // The room known from the last read of the peer's position is enough: the caller always has more to send.
        sent = (int)Math.Min((ulong)head.Length + (ulong)body.Length, (ulong)Room);
        var room = _own.Ring(_head, sent);
        var fromHead = Math.Min(head.Length, sent);
        head[..fromHead].CopyTo(room);
        body[..(sent - fromHead)].CopyTo(room[fromHead..]);
        Commit(sent);
        return LaneOutcome.Moved;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        var outcome = TryPeek(1, out _);
        if (outcome != LaneOutcome.Moved)
        {
            return outcome;
        }

        received = (int)Math.Min((ulong)destination.Length, Available);
        _peer.Ring(_tail, received).CopyTo(destination);
        Release(received);
        return LaneOutcome.Moved;
    }

    public override void EndSending()
    {
        if (!_isDisposed)
        {
            _hasEnded = true;
            Volatile.Write(ref _own.Word(RingLayout.End), 1);
            WakePeer();
        }
    }

    public override void PrepareToSleep()
    {
        // The loop issues the memory fence after this.
        if (!_isDisposed)
        {
            Volatile.Write(ref _own.Word(RingLayout.Sleep), ++_sleeps);
        }
    }

    public override void Awake(bool isReady)
    {
        if (_isDisposed)
        {
            return;
        }

        Volatile.Write(ref _own.Word(RingLayout.Sleep), 0);
        if (isReady)
        {
            TakeWakes();
        }
    }

    public override void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        // The receive position must be published: otherwise a peer waiting for room could not end.
        TellTail();
        _isDisposed = true;
        _socket.Dispose();
        _own.Dispose();
        _peer.Dispose();
    }

    private int Room => _own.Capacity - (int)(_head - _peerTail);

    private ulong Available => _peerHead - _tail;

    /// <returns>Whether the position is possible.</returns>
    private bool TryReadPeerTail()
    {
        var tail = Volatile.Read(ref _peer.Word(RingLayout.Tail));
        if (tail > _head || tail < _peerTail)
        {
            _fault = "the peer reports an impossible receive position";
            return false;
        }

        _peerTail = tail;
        return true;
    }

    private LaneOutcome LookForBytes(int length)
    {
        if (IsBroken)
        {
            return LaneOutcome.Broken;
        }

        // Read before the position, so that everything sent before the end is seen.
        var hasEnded = Volatile.Read(ref _peer.Word(RingLayout.End)) != 0;
        var head = Volatile.Read(ref _peer.Word(RingLayout.Head));
        if (head - _tail > (uint)_peer.Capacity || head < _peerHead)
        {
            _fault = "the peer reports an impossible send position";
            return LaneOutcome.Broken;
        }

        _peerHead = head;
        if (Available >= (ulong)length)
        {
            return LaneOutcome.Moved;
        }

        if (_toldTail != _tail)
        {
            TellTail();
        }

        if (hasEnded)
        {
            return Available == 0 ? LaneOutcome.Ended : LaneOutcome.Broken;
        }

        return _isPeerGone ? LaneOutcome.Broken : LaneOutcome.WouldBlock;
    }

    private void TellTail()
    {
        _toldTail = _tail;
        Volatile.Write(ref _own.Word(RingLayout.Tail), _tail);
        WakePeer();
    }

    private void WakePeer()
    {
        Interlocked.MemoryBarrier();
        var sleep = Volatile.Read(ref _peer.Word(RingLayout.Sleep));
        if (sleep != 0 && sleep != _wokenSleep)
        {
            // If it fails for lack of memory, the next update tries again.
            _wokenSleep = _socket.TryWake() ? sleep : _wokenSleep;
        }
    }

    private void TakeWakes()
    {
        var outcome = _socket.TakeWakes();
        _isPeerGone |= outcome is LaneOutcome.Ended or LaneOutcome.Broken;
        var positions = (Volatile.Read(ref _peer.Word(RingLayout.Head)), Volatile.Read(ref _peer.Word(RingLayout.Tail)));
        _idleWakes = positions == _atLastWake ? _idleWakes + 1 : 0;
        _atLastWake = positions;
        if (_idleWakes > MaxIdleWakes)
        {
            _fault = "the peer keeps waking this rank without sending or receiving anything";
        }
    }
}
