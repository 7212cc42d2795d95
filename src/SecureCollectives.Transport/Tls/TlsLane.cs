using System.Net.Security;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// A lane inside mutual TLS 1.3 over any other lane: an SslStream on a stream that the lane's own calls drive. The handshake runs in the
/// first calls of <see cref="TrySend"/> and <see cref="TryReceive"/>, which return <see cref="LaneOutcome.WouldBlock"/> until it is
/// complete; the lane handshake and the loop need not know about it.
/// </summary>
/// <remarks>Nothing here blocks or runs on another thread.</remarks>
internal sealed class TlsLane : Lane
{
    private readonly LaneStream _stream;
    private readonly SslStream _tls;
    private readonly SpanTls _plain;
    private readonly TlsEnd _end;
    private readonly TlsHandshake _handshake;
    private readonly TlsSender _sender;
    private readonly TlsReceiver _receiver;
    private bool _disposed;

    private TlsLane(Lane below, TlsOptionsFactory options, PeerIdentity? peer)
    {
        _stream = new LaneStream(below);
        _tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _plain = new SpanTls(_tls);
        _end = new TlsEnd(_stream);
        _handshake = new TlsHandshake(_tls, _stream, _end, options, peer);
        _sender = new TlsSender(_plain, _stream, _end);
        _receiver = new TlsReceiver(_tls, _plain, _stream, _end);
    }

    public override int Descriptor => Below.Descriptor;

    public override bool HoldsBytes => _stream.HoldsBytes;

    public override bool ShowsRoomAsInput => Below.ShowsRoomAsInput;

    public override ReadOnlyMemory<byte> PeerLeafHash => _handshake.PeerLeafHash;

    public override string? Fault => _end.Fault ?? Below.Fault;

    private Lane Below => _stream.Below;

    /// <summary>Creates the connecting side. It accepts only this worker with exactly this certificate.</summary>
    public static TlsLane Connect(Lane below, TlsOptionsFactory options, PeerIdentity peer) => new(below, options, peer);

    /// <summary>
    /// Creates the accepting side. It accepts every worker in the trust domain, because the link to which a connection belongs is known
    /// only after its hello. <see cref="Lane.PeerLeafHash"/> then shows whether the connection used that link's certificate.
    /// </summary>
    public static TlsLane Accept(Lane below, TlsOptionsFactory options) => new(below, options, peer: null);

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = 0;
        var outcome = _handshake.TryComplete();
        return outcome == LaneOutcome.Moved ? _sender.TrySend(head, body, out sent) : outcome;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = 0;
        var outcome = _handshake.TryComplete();
        if (outcome != LaneOutcome.Moved)
        {
            return outcome;
        }

        _sender.FinishEnding();
        return _receiver.TryReceive(destination, out received);
    }

    /// <inheritdoc cref="TlsSender.End"/>
    public override void EndSending() => _sender.End(_handshake.IsComplete);

    public override bool TryLimitRate(long bytesPerSecond) => Below.TryLimitRate(bytesPerSecond);

    public override void AttachSignal(Action raise) => Below.AttachSignal(raise);

    public override void PrepareToSleep() => Below.PrepareToSleep();

    public override void Awake(bool isReady) => Below.Awake(isReady);

    public override bool TryPrepare() => Below.TryPrepare();

    /// <summary>
    /// Continues TLS over the lane that its connection introduced: the hello and its answer were whole records, and nothing has followed
    /// them.
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
}
