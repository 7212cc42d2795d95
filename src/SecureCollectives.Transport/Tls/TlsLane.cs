using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// A lane inside mutual TLS 1.3 over any other lane: an SslStream on a stream that the lane's own calls drive. The handshake runs in the
/// first calls of <see cref="TrySend"/> and <see cref="TryReceive"/>, which return <see cref="LaneOutcome.WouldBlock"/> until it is
/// complete; the lane handshake and the loop need not know about it.
/// </summary>
/// <remarks>
/// <para>Nothing here blocks or runs on another thread. A read of SslStream is either complete or pending in <see cref="LaneStream"/>,
/// without a reference to the caller's memory; a write is always complete.</para>
/// <para>Offered bytes are encrypted when nothing older is left to send, and count as sent once their last encrypted byte has left. Until
/// then the caller offers the same bytes again, as <see cref="Lane.TrySend"/> requires, and the lane ignores them: they are encrypted only
/// once.</para>
/// <para>A peer may change keys, or send records without data, only to a limited extent: see <see cref="ReceiveAllowance"/>.</para>
/// </remarks>
internal sealed partial class TlsLane : Lane
{
    /// <summary>
    /// The number of bytes encrypted at once: several records share a system call, and their encrypted form is still in the cache when the
    /// kernel copies it.
    /// </summary>
    private const int BatchLength = 64 * 1024;

    /// <summary>The encrypted batch with 22 bytes per record added, and room behind it for an alert or a reply of TLS itself.</summary>
    internal const int MaxHeldBytes = BatchLength + (4 * 1024);

    /// <summary>
    /// The number of bytes that one call reads from the connection beyond those it returns. It makes a peer that sends little data in many
    /// records wait for its next turn, after the receiver has checked the clock. Bytes read ahead of a record count as well.
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

    /// <summary>Creates the connecting side. It accepts only this worker with exactly this certificate.</summary>
    public static TlsLane Connect(Lane below, TlsOptionsFactory options, PeerIdentity peer) => new(below, options, peer);

    /// <summary>
    /// Creates the accepting side. It accepts every worker of the trust domain: the link of a connection is known only after its hello.
    /// <see cref="Lane.PeerLeafHash"/> then shows whether the connection used the certificate of that link.
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

    /// <summary>Sends close_notify and then ends the lane below. The peer treats an end without close_notify as a cut connection.</summary>
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
                // TLS has failed already; the peer correctly sees an end without close_notify.
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
    /// Continues TLS over the lane that its connection introduced: hello and answer were whole records, and nothing has followed them.
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
            // An end in the middle of a record means that the connection was cut. Every other failure means that a record is not the
            // peer's.
            return Break(exception, _stream.End is null ? LaneOutcome.Altered : LaneOutcome.Broken);
        }

        if (count > 0)
        {
            return LaneOutcome.Moved;
        }

        // Zero bytes mean close_notify, unless the connection itself ended: then it was cut.
        _received = _stream.End is null ? LaneOutcome.Ended : LaneOutcome.Broken;
        _fault ??= _received == LaneOutcome.Broken ? _stream.Excess ?? "the connection was cut without a TLS close_notify" : null;
        return _received.Value;
    }

    /// <summary>Awaits decrypted bytes with an empty read, which holds no reference to the caller's memory while it is pending.</summary>
    private bool HasArrived()
    {
        if (!_arrivalAwaited)
        {
#pragma warning disable CA2012 // Stored until it is complete, then consumed once below.
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
