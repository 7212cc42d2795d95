using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// The receiving direction of a gRPC lane. From the first call on a read is always under way or its result at hand, so that what the peer said last is here even
/// when its connection breaks while nobody asks. Bytes go from the body's pipe to the caller's memory; flow control holds back what was not taken.
/// </summary>
internal sealed class LaneInput
{
    private readonly RpcByteStream _stream;
    private readonly LaneMessageDecoder _decoder = new();
    private readonly LaneSignal _signal;
    private readonly Action _onRead;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _read;
    private LaneOutcome? _end;
    private bool _started;
    private int _pending;

    public LaneInput(RpcByteStream stream, LaneSignal signal)
    {
        _stream = stream;
        _signal = signal;
        _onRead = OnRead;
    }

    public LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        if (!_started)
        {
            _started = true;
            StartRead();
        }

        while (received < destination.Length && _end is null && Volatile.Read(ref _pending) == 0)
        {
            received += TakeRead(destination[received..]);
        }

        return received > 0 ? LaneOutcome.Moved : _end ?? LaneOutcome.WouldBlock;
    }

    private int TakeRead(Span<byte> destination)
    {
        var written = 0;
        try
        {
            var result = _read.GetResult();
            var rest = result.Buffer;
            if (!_decoder.TryDecode(ref rest, destination, out written))
            {
                // The read stays open: nothing is read any more.
                _end = LaneOutcome.Broken;
                _stream.Abort();
                return written;
            }

            var ended = result.IsCompleted && rest.IsEmpty;
            _stream.Input.AdvanceTo(rest.Start);
            if (ended)
            {
                // A stream that ends inside a message, or with a status other than OK, was cut off.
                _end = _decoder.IsBetweenMessages && _stream.InputEndedInOrder() ? LaneOutcome.Ended : LaneOutcome.Broken;
            }
            else
            {
                StartRead();
            }

            return written;
        }
        catch (Exception)
        {
            // Kestrel and SocketsHttpHandler throw exceptions of many types, internal ones among them; each means that the call was cut off. Kestrel does so when
            // bytes that are here already are handed back; they count all the same.
            _end = LaneOutcome.Broken;
            return written;
        }
    }

    private void StartRead()
    {
        try
        {
#pragma warning disable CA2012 // Taken exactly once, by TakeRead, when it has completed: an await would allocate for each read.
            _read = _stream.Input.ReadAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (!_read.IsCompleted)
            {
                Volatile.Write(ref _pending, 1);
                _read.UnsafeOnCompleted(_onRead);
            }
        }
        catch (Exception)
        {
            _end = LaneOutcome.Broken;
        }
    }

    private void OnRead()
    {
        Volatile.Write(ref _pending, 0);
        _signal.Raise();
    }
}
