using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// A lane inside mutual TLS 1.3 over any other lane: SslStream on a stream that the lane's own calls pump. The handshake runs in the first
/// calls of
/// <see cref="TrySend"/> and <see cref="TryReceive"/>, which would block until it is complete, whoever makes them: handshake and loop need
/// not know.
/// </summary>
/// <remarks>
/// <para>Nothing here waits or runs on another thread. A read of SslStream is either complete or pending in <see cref="LaneStream"/>, with
/// no memory of the caller's; a write is always complete.</para>
/// <para>What is offered is encrypted when there is nothing older to send, and counts as sent when its last encrypted byte has left. Until
/// then the same bytes are offered again, as <see cref="Lane.TrySend"/> asks, and are passed over: they are encrypted once.</para>
/// <para>A peer may change keys, or send records that carry nothing, only so long: see <see cref="ReceiveAllowance"/>.</para>
/// </remarks>
internal sealed partial class TlsLane : Lane
{
    /// <summary>
    /// Bytes encrypted at once: some records share a system call, and their encrypted form is still in the cache when the kernel copies it.
    /// </summary>
    private const int BatchLength = 64 * 1024;

    /// <summary>The encrypted batch, 22 bytes a record on top, and room for an alert or an answer of TLS itself behind it.</summary>
    internal const int MaxHeldBytes = BatchLength + (4 * 1024);

    /// <summary>
    /// Bytes that one call takes off the connection beyond those that it gives: a peer that sends little in many records gets its turn
    /// again, after its receiver has looked at the clock. What is read ahead of a record counts as well.
    /// </summary>
    private const int MaxOverheadPerCall = ReceiveAllowance.WithoutProgress;

    private readonly LaneStream _stream;
    private readonly SslStream _tls;
    private readonly SpanTls _plain;
    private ValueTask<int> _arrival;
    private bool _arrivalAwaited;
    private int _encrypted;
    private LaneOutcome? _received;
    private bool _ending;
    private bool _disposed;

    private TlsLane(Lane below, TlsOptionsFactory options, PeerIdentity? peer)
    {
        _options = options;
        _peer = peer;
        _stream = new LaneStream(below);
        _tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _plain = new SpanTls(_tls);
    }

    public override int Descriptor => Below.Descriptor;

    public override bool HoldsBytes => _stream.HoldsBytes;

    public override bool ShowsRoomAsInput => Below.ShowsRoomAsInput;

    private Lane Below => _stream.Below;

    /// <summary>The side that connects. Accepts nobody but this worker with this very certificate.</summary>
    public static TlsLane Connect(Lane below, TlsOptionsFactory options, PeerIdentity peer) => new(below, options, peer);

    /// <summary>
    /// The side that accepts. Accepts every worker of the trust domain: which link a connection is for is known after its hello, and
    /// whether it came with that link's certificate is told by <see cref="Lane.PeerLeafHash"/>.
    /// </summary>
    public static TlsLane Accept(Lane below, TlsOptionsFactory options) => new(below, options, peer: null);

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = 0;
        var outcome = Handshake();
        if (outcome == LaneOutcome.Moved)
        {
            outcome = _stream.TryFlush();
        }

        if (outcome == LaneOutcome.Moved && _encrypted == 0)
        {
            outcome = Encrypt(head, body);
        }

        if (outcome == LaneOutcome.Moved)
        {
            sent = _encrypted;
            _encrypted = 0;
        }

        return outcome;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        var outcome = Handshake();
        if (outcome != LaneOutcome.Moved)
        {
            return outcome;
        }

        FinishEnding();
        var takenBefore = _stream.Taken;
        while (received < destination.Length && _stream.Taken - takenBefore - received <= MaxOverheadPerCall)
        {
            var count = 0;
            outcome = _received ?? TryDecrypt(destination[received..], out count);
            if (outcome != LaneOutcome.Moved)
            {
                break;
            }

            received += count;
        }

        return received > 0 ? LaneOutcome.Moved : outcome;
    }

    /// <summary>Sends close_notify and then the end of the lane below. An end without it is a cut connection at the peer.</summary>
    public override void EndSending()
    {
        if (_ending)
        {
            return;
        }

        _ending = true;
        if (_established)
        {
            try
            {
                _plain.Shutdown();
            }
            catch (Exception exception) when (IsTlsFailure(exception))
            {
                // TLS has failed already; the peer sees the bare end, which is what it should.
            }
        }

        FinishEnding();
    }

    public override bool TryLimitRate(long bytesPerSecond) => Below.TryLimitRate(bytesPerSecond);

    public override void AttachSignal(Action raise) => Below.AttachSignal(raise);

    public override void PrepareToSleep() => Below.PrepareToSleep();

    public override void Awake(bool isReady) => Below.Awake(isReady);

    public override bool TryPrepare() => Below.TryPrepare();

    /// <summary>
    /// TLS goes on over the lane that its connection introduced: hello and answer were whole records, and nothing has followed them.
    /// </summary>
    public override Lane Confirm()
    {
        _stream.Below = Below.Confirm();
        return this;
    }

    public override void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _tls.Dispose();
            _plain.Dispose();
            Below.Dispose();
        }
    }

    private static bool IsTlsFailure(Exception exception) =>
        exception is IOException or AuthenticationException or CryptographicException or InvalidOperationException
            or ObjectDisposedException;

    private LaneOutcome Encrypt(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        head = head[..Math.Min(head.Length, BatchLength)];
        body = body[..Math.Min(body.Length, BatchLength - head.Length)];
        try
        {
            _plain.Write(head);
            _plain.Write(body);
        }
        catch (Exception exception) when (IsTlsFailure(exception))
        {
            return Break(exception, LaneOutcome.Broken);
        }

        _encrypted = head.Length + body.Length;
        return _stream.TryFlush();
    }

    private LaneOutcome TryDecrypt(Span<byte> destination, out int count)
    {
        count = 0;
        try
        {
            if (!HasArrived())
            {
                return LaneOutcome.WouldBlock;
            }

            count = _plain.Read(destination);
            _stream.Allowance.Earn(count);
        }
        catch (Exception exception) when (IsTlsFailure(exception))
        {
            // A cut in the middle of a record is a cut; everything else is a record that is not the peer's.
            return Break(exception, _stream.End is null ? LaneOutcome.Altered : LaneOutcome.Broken);
        }

        if (count > 0)
        {
            return LaneOutcome.Moved;
        }

        // Zero bytes are close_notify, unless it was the connection that ended: then somebody cut it.
        _received = _stream.End is null ? LaneOutcome.Ended : LaneOutcome.Broken;
        _fault ??= _received == LaneOutcome.Broken ? _stream.Excess ?? "the connection was cut without the end of TLS" : null;
        return _received.Value;
    }

    /// <summary>Awaits decrypted bytes with an empty read, which holds no memory of the caller's while it is pending.</summary>
    private bool HasArrived()
    {
        if (!_arrivalAwaited)
        {
#pragma warning disable CA2012 // Kept until it is complete, then consumed once, below.
            _arrival = _tls.ReadAsync(Memory<byte>.Empty);
#pragma warning restore CA2012
            _arrivalAwaited = true;
        }

        while (!_arrival.IsCompleted && _stream.TryContinueRead())
        {
        }

        if (!_arrival.IsCompleted)
        {
            return false;
        }

        _arrivalAwaited = false;
        _arrival.GetAwaiter().GetResult();
        return true;
    }

    private LaneOutcome Break(Exception exception, LaneOutcome outcome)
    {
        _fault ??= _stream.Excess ?? PrintableText.Of(exception.InnerException?.Message ?? exception.Message);
        _received ??= outcome;
        return outcome;
    }

    private void FinishEnding()
    {
        if (_ending && !_ended && _stream.TryFlush() != LaneOutcome.WouldBlock)
        {
            _ended = true;
            Below.EndSending();
        }
    }
}
