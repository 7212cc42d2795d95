using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The receiving direction of a gRPC lane. From the first call on a read is always under way or its result at hand. Bytes go from the
/// body's pipe to the caller's memory; flow control holds back what was not taken.
/// </summary>
/// <remarks>
/// When a call is cut off, HTTP/2 gives nothing any more of what it has received and nobody has read; and what a peer says last is most
/// often why it leaves. So small results are taken in at once, also while nobody asks, and another read begins; and a large one counts to
/// its last byte once it is at hand. What lies behind a large one when the call is cut off is lost.
/// </remarks>
internal sealed class LaneInput
{
    private readonly LaneCall _call;
    private readonly LaneMessageDecoder _decoder = new();
    private readonly LaneSignal _signal;
    private readonly Action _onRead;
    private ReadAhead? _ahead;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _read;
    private ReadResult _result;
    private ReadOnlySequence<byte> _rest;
    private LaneOutcome? _end;
    private bool _started;
    private bool _taken;
    private bool _cut;

    /// <summary>
    /// 1 while a read is under way: everything here but the start of <see cref="_ahead"/> belongs to its completion then, and to the caller
    /// otherwise.
    /// </summary>
    private int _pending;

    public LaneInput(LaneCall call, LaneSignal signal)
    {
        _call = call;
        _signal = signal;
        _onRead = OnRead;
    }

    /// <summary>Where the input is after <see cref="ReadOn"/>.</summary>
    private enum Progress : byte
    {
        /// <summary>Another result can be taken.</summary>
        AtHand,

        /// <summary>Another read is under way, to which everything belongs.</summary>
        UnderWay,

        /// <summary>Nothing more is read.</summary>
        Over,
    }

    /// <summary>From now on small results are taken in at once. It costs memory: not before the peer has proved who it is.</summary>
    public void TakeAhead() => Volatile.Write(ref _ahead, _ahead ?? new ReadAhead());

    public LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        if (!_started)
        {
            _started = true;
            StartRead();
        }

        while (true)
        {
            // Asked first: what a completion took in is seen before what it left at hand.
            var mine = Volatile.Read(ref _pending) == 0;
            received += _ahead?.Take(destination[received..]) ?? 0;
            if (!mine || received == destination.Length)
            {
                return received > 0 ? LaneOutcome.Moved : LaneOutcome.WouldBlock;
            }

            if (_end is { } end)
            {
                return received > 0 ? LaneOutcome.Moved : end;
            }

            received += TakeRead(destination[received..]);
        }
    }

    private int TakeRead(Span<byte> destination)
    {
        if (!TakeResult())
        {
            return 0;
        }

        var written = Decode(destination);
        if (_end is null)
        {
            ReadOn();
        }

        return written;
    }

    private void OnRead()
    {
        if (_ahead is not { } ahead || !TakeIn(ahead))
        {
            Volatile.Write(ref _pending, 0);
        }

        _signal.Raise();
    }

    /// <returns>Whether another read is under way.</returns>
    private bool TakeIn(ReadAhead ahead)
    {
        Progress progress;
        do
        {
            if (!TakeResult() || !ahead.HasRoomFor(_rest.Length))
            {
                return false;
            }

            while (!_rest.IsEmpty && _end is null)
            {
                ahead.Add(Decode(ahead.Room));
            }

            progress = _end is null ? ReadOn() : Progress.Over;
        }
        while (progress == Progress.AtHand);

        return progress == Progress.UnderWay;
    }

    /// <summary>Takes the result of the read that has completed, unless it was taken.</summary>
    private bool TakeResult()
    {
        try
        {
            if (!_taken)
            {
                _result = _read.GetResult();
                _rest = _result.Buffer;
                _taken = true;
            }

            return true;
        }
        catch (Exception)
        {
            // Kestrel and SocketsHttpHandler throw exceptions of many types, internal ones among them; each means that the call was cut
            // off.
            _end = LaneOutcome.Broken;
            return false;
        }
    }

    private int Decode(Span<byte> destination)
    {
        if (!_decoder.TryDecode(ref _rest, destination, out var written))
        {
            // The read stays open: nothing is read any more.
            _end = LaneOutcome.Broken;
            _call.Abort();
        }

        return written;
    }

    /// <summary>Hands back what was decoded and reads on.</summary>
    private Progress ReadOn()
    {
        try
        {
            if (!_cut)
            {
                var ended = _result.IsCompleted && _rest.IsEmpty;
                _call.Input.AdvanceTo(_rest.Start);
                _taken = false;
                if (!ended)
                {
                    return StartRead();
                }

                // A stream that ends inside a message, or with a status other than OK, was cut off.
                _end = _decoder.IsBetweenMessages && _call.InputEndedInOrder() ? LaneOutcome.Ended : LaneOutcome.Broken;
                return Progress.Over;
            }
        }
        catch (Exception)
        {
            // Kestrel throws when bytes of a call that was cut off are handed back. Then it has not taken them: they are here, and count
            // all the same.
            _cut = true;
        }

        if (_rest.IsEmpty)
        {
            _end = LaneOutcome.Broken;
        }

        return Progress.Over;
    }

    private Progress StartRead()
    {
        try
        {
#pragma warning disable CA2012 // Taken exactly once, by TakeResult, when it has completed: an await would allocate for each read.
            _read = _call.Input.ReadAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (_read.IsCompleted)
            {
                return Progress.AtHand;
            }
        }
        catch (Exception)
        {
            _end = LaneOutcome.Broken;
            return Progress.Over;
        }

        Volatile.Write(ref _pending, 1);
        _read.UnsafeOnCompleted(_onRead);
        return Progress.UnderWay;
    }
}
