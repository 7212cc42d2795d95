using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The receiving direction of a gRPC lane. From the first call on, either a read is in progress or its result is available. Bytes go from
/// the body's pipe straight to the caller's memory; flow control holds back bytes that have not been taken.
/// </summary>
/// <remarks>
/// When a call is cut off, HTTP/2 discards the bytes that have been received but not read, and the last of those usually say why the peer
/// is leaving. So small results are taken as soon as they arrive, even if nobody has asked for them, and the next read begins. A large
/// result, once available, remains valid to its last byte, but bytes after it are lost if the call is cut off.
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
    /// 1 while a read is in progress. Everything here except the start of <see cref="_ahead"/> then belongs to the completion of that read,
    /// and to the caller otherwise.
    /// </summary>
    private int _pending;

    public LaneInput(LaneCall call, LaneSignal signal)
    {
        _call = call;
        _signal = signal;
        _onRead = OnRead;
    }

    /// <summary>The state of the input after <see cref="ReadOn"/>.</summary>
    private enum Progress : byte
    {
        /// <summary>Another result is available.</summary>
        AtHand,

        /// <summary>Another read is in progress and owns the state.</summary>
        UnderWay,

        /// <summary>There is nothing more to read.</summary>
        Over,
    }

    /// <summary>
    /// Takes small results as soon as they arrive from now on. This costs memory, so call it only after the peer has authenticated.
    /// </summary>
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
            // The bytes that a completion took ahead must be read first: they precede the result that it left.
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

    /// <returns>Whether another read is in progress.</returns>
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

    /// <summary>Takes the result of the completed read, unless it was taken already.</summary>
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
            // Kestrel and SocketsHttpHandler throw exceptions of many types, some of them internal. Each means that the call was cut off.
            _end = LaneOutcome.Broken;
            return false;
        }
    }

    private int Decode(Span<byte> destination)
    {
        if (!_decoder.TryDecode(ref _rest, destination, out var written))
        {
            // The pipe is not advanced, because nothing more will be read.
            _end = LaneOutcome.Broken;
            _call.Abort();
        }

        return written;
    }

    /// <summary>Releases the decoded bytes and starts the next read.</summary>
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
            // Once a call has been cut off, Kestrel throws when its bytes are released. It has not reclaimed them, so any undelivered bytes
            // are still valid.
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
#pragma warning disable CA2012 // Consumed exactly once, by TakeResult, after completion: an await would allocate for each read.
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
