using System.Net.Security;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <content>The TLS handshake and the identity that it proves: the lane carries nothing before it is complete.</content>
internal sealed partial class TlsLane
{
    /// <summary>Our own ALPN name: a connection to a lane port cannot be passed off as one to another service, or the reverse.</summary>
    private static readonly SslApplicationProtocol Protocol = new("sc1-lane");

    private readonly TlsOptionsFactory _options;
    private readonly PeerIdentity? _peer;
    private Task? _handshake;
    private bool _established;
    private bool _ended;
    private byte[] _leafHash = [];
    private string? _fault;

    public override ReadOnlyMemory<byte> PeerLeafHash => _leafHash;

    public override string? Fault => _fault ?? Below.Fault;

    /// <returns><see cref="LaneOutcome.Moved"/> once the handshake is complete and its last byte has been sent.</returns>
    private LaneOutcome Handshake()
    {
        if (_established)
        {
            return LaneOutcome.Moved;
        }

        if (_received is { } broken)
        {
            return broken;
        }

        _handshake ??= AuthenticateAsync();
        LaneOutcome flushed;
        do
        {
            flushed = _stream.TryFlush();
        }
        while (!_handshake.IsCompleted && _stream.TryContinueRead());

        if (!_handshake.IsCompleted)
        {
            return flushed == LaneOutcome.Broken ? Refuse("the connection was reset") : LaneOutcome.WouldBlock;
        }

        // Also after a refusal, so that the alert reaches the peer.
        flushed = _stream.TryFlush();
        if (!_handshake.IsCompletedSuccessfully)
        {
            var failure = _handshake.Exception?.InnerException;
            return Refuse(_stream.Excess
                ?? PrintableText.Of(failure?.InnerException?.Message ?? failure?.Message ?? "the handshake was abandoned"));
        }

        return flushed == LaneOutcome.Moved ? Establish() : flushed;
    }

    private LaneOutcome Establish()
    {
        if (_tls.NegotiatedApplicationProtocol != Protocol)
        {
            return Refuse("the peer did not negotiate the lane protocol");
        }

        using var leaf = _tls.RemoteCertificate!;
        _leafHash = SHA256.HashData(leaf.GetRawCertData());
        if (_peer is not null && !_leafHash.AsSpan().SequenceEqual(_peer.LeafHash.Span))
        {
            return Refuse("the peer presented a different certificate than the one that opened the link");
        }

        _established = true;
        _stream.Allowance.CompleteHandshake();
        return LaneOutcome.Moved;
    }

    /// <summary>Runs the handshake. All failures end up in the task, including those of this worker's own identity.</summary>
    private async Task AuthenticateAsync()
    {
        void Tell(CertificateVerdict verdict) => _fault = verdict.Explanation;

        if (_peer is null)
        {
            await _tls.AuthenticateAsServerAsync(_options.ForServer([Protocol], expected: null, Tell)).ConfigureAwait(false);
        }
        else
        {
            await _tls.AuthenticateAsClientAsync(_options.ForClient([Protocol], _peer.Worker, Tell)).ConfigureAwait(false);
        }
    }

    /// <summary>Records a failure. The first one is kept, because it is the cause.</summary>
    private LaneOutcome Refuse(string fault)
    {
        _fault ??= fault;
        _received = LaneOutcome.Broken;
        return LaneOutcome.Broken;
    }
}
