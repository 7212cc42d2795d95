using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>
/// Matches the Send and Receive calls between this rank and one other. A receiver immediately announces its call with an envelope; a
/// sender waits for the announcement and then sends. No data can therefore arrive without a buffer for it. Calls with the same tag match in
/// the order in which they were made. Thread-safe.
/// </summary>
/// <remarks>
/// There is one stream to the peer and one from it, each a loop. On a stream, only the sending rank decides what comes next: an envelope,
/// or a call's data after the envelope that announces it. The receiving rank takes envelopes from the stream while it has a waiting call.
/// </remarks>
/// <param name="rank">The rank of this worker, in the job.</param>
/// <param name="peer">The other rank, as a rank of the job.</param>
/// <param name="setting">The settings that all pairs of the communicator share.</param>
internal sealed class PeerCalls(int rank, int peer, PointToPointSetting setting)
{
    /// <summary>The maximum number of Receive calls that a peer may announce before this rank sends.</summary>
    private const int MaxWants = 1024;

    private readonly Lock _gate = new();
    private readonly EnvelopeSchedule _envelopeOut = new(peer, sends: true);
    private readonly EnvelopeSchedule _envelopeIn = new(peer, sends: false);
    private readonly List<PeerCall> _sends = [];
    private readonly Dictionary<ulong, PeerCall> _receives = [];
    private readonly List<Envelope> _wants = [];
    private ulong _lastCall;
    private bool _isListening;
    private OperationFailure? _failure;

    /// <summary>Queues a Send.</summary>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public void Send(PeerCall call)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                call.End(_failure);
                return;
            }

            _sends.Add(call);
            Match();
            OrFail(null, Listen);
        }
    }

    /// <summary>Queues a Receive.</summary>
    /// <exception cref="InvalidOperationException">Too many operations are queued.</exception>
    public void Receive(PeerCall call)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                call.End(_failure);
                return;
            }

            if (_receives.Count >= MaxWants)
            {
                throw new InvalidOperationException($"{MaxWants} Receive calls from rank {peer} are already waiting; await some first.");
            }

            var number = ++_lastCall;
            Post(call.Shape with { Kind = EnvelopeKind.Want, Call = number });
            _receives.Add(number, call);
            OrFail(null, Listen);
        }
    }

    /// <summary>The earliest deadline among the calls that are waiting for the peer's matching call; null if none are.</summary>
    public long? EarliestDeadline
    {
        get
        {
            lock (_gate)
            {
                return _sends.Concat(_receives.Values).Min(static call => (long?)call.Deadline);
            }
        }
    }

    /// <summary>Ends all waiting calls, because the communicator has ended.</summary>
    public void Fail(OperationFailure failure)
    {
        PeerCall[] waiting;
        lock (_gate)
        {
            _failure ??= failure;
            waiting = [.. _sends, .. _receives.Values];
            _sends.Clear();
            _receives.Clear();
        }

        foreach (var call in waiting)
        {
            call.End(failure);
        }
    }

    private void Match()
    {
        for (var i = 0; i < _wants.Count;)
        {
            var want = _wants[i];
            if (_sends.Find(send => send.Shape.Tag == want.Tag) is not { } call)
            {
                i++;
                continue;
            }

            if ((call.Shape.Element, call.Shape.ElementBytes, call.Shape.Count) != (want.Element, want.ElementBytes, want.Count))
            {
                setting.Abort(new OperationFailure(
                    AbortReason.CallMismatch, peer, 0, 0, rank,
                        $"rank {peer} called Receive({PeerCall.Words(want)}), rank {rank} called Send({PeerCall.Words(call.Shape)})"));
                return;
            }

            _wants.RemoveAt(i);
            _sends.Remove(call);
            OrFail(call, () =>
            {
                Post(want with { Kind = EnvelopeKind.DataFollows });
                Start(setting.To(peer), call, sends: true);
            });
        }
    }

    private void Post(in Envelope envelope)
    {
        var operation = new EnvelopeOperation(setting.Timeout, static (_, _) => { });
        operation.Write(envelope);
        operation.Assign(_envelopeOut, null, setting.Timeout);
        _ = setting.To(peer).Start(operation); // A refusal means that the communicator has ended, which ends the call as well.
    }

    private void Start(Loop stream, PeerCall call, bool sends)
    {
        call.Assign(new DirectSchedule(peer, sends, call.Descriptor, call.Bytes, setting.ChunkBytes), null, setting.Timeout);
        if (stream.Start(call) is { } refused)
        {
            call.End(refused);
        }
    }

    /// <summary>Starts receiving the next envelope from the peer's stream, if a call is waiting.</summary>
    private void Listen()
    {
        if (_isListening || (_sends.Count == 0 && _receives.Count == 0))
        {
            return;
        }

        _isListening = true;
        var operation = new EnvelopeOperation(setting.Timeout, Received);
        operation.Assign(_envelopeIn, null, setting.Left(_sends.Concat(_receives.Values).Min(static call => call.Deadline)));
        if (setting.From(peer).Start(operation) is { } refused)
        {
            _failure ??= refused;
        }
    }

    private void Received(OperationFailure? failure, ReadOnlyMemory<byte> bytes)
    {
        if (failure is not null)
        {
            Fail(failure);
            return;
        }

        lock (_gate)
        {
            _isListening = false;
            OrFail(null, () =>
            {
                Take(bytes.Span);
                Listen();
            });
        }
    }

    /// <summary>Queues operations; if that fails, aborts the communicator, because the other rank relies on them.</summary>
    /// <param name="call">A call that is no longer in any list and must be ended too; null if there is none.</param>
    /// <param name="act">Queues the operations; runs on the calling thread.</param>
    private void OrFail(PeerCall? call, Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception)
        {
            var failure = OperationFailure.InternalError(rank, 0, exception.Message, exception);
            call?.End(failure);
            setting.Abort(failure);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (Envelope.TryRead(bytes, out var envelope) != FrameReadStatus.Ok)
        {
            Refuse("an envelope that cannot be read");
        }
        else if (envelope.Kind == EnvelopeKind.DataFollows)
        {
            if (_receives.Remove(envelope.Call, out var call))
            {
                Start(setting.From(peer), call, sends: false);
            }
            else
            {
                Refuse("data that was not requested");
            }
        }
        else if (_wants.Count < MaxWants)
        {
            _wants.Add(envelope);
            Match();
        }
        else
        {
            Refuse($"more than {MaxWants} Receive calls that this rank has not answered");
        }
    }

    private void Refuse(string what) =>
        setting.Abort(new OperationFailure(
            AbortReason.AuthenticationFailed, peer, 0, 0, rank, $"rank {peer} sent {what}; it runs another version or is malicious"));
}
