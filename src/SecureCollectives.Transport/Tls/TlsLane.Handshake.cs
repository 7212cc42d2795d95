using System.Net.Security;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <content>The handshake, and what it proves: the lane carries nothing before this is done.</content>
internal sealed partial class TlsLane
{
    /// <summary>
    /// A name of our own in ALPN: no connection to a port for lanes can be passed off as one to another service, or the other way round.
    /// </summary>
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

    /// <returns>Moved when the handshake is complete and its last byte has left.</returns>
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

        // Also after a refusal: the alert tells the peer.
        flushed = _stream.TryFlush();
        if (!_handshake.IsCompletedSuccessfully)
        {
            var failure = _handshake.Exception?.InnerException;
            return Refuse(_stream.Excess ?? PrintableText.Of(failure?.InnerException?.Message ?? failure?.Message ?? "it was given up"));
        }

        return flushed == LaneOutcome.Moved ? Establish() : flushed;
    }

    private LaneOutcome Establish()
    {
        if (_tls.NegotiatedApplicationProtocol != Protocol)
        {
            return Refuse("the peer did not ask for a lane");
        }

        using var leaf = _tls.RemoteCertificate!;
        _leafHash = SHA256.HashData(leaf.GetRawCertData());
        if (_peer is not null && !_leafHash.AsSpan().SequenceEqual(_peer.LeafHash.Span))
        {
            return Refuse("it proved another certificate than the one that the link was opened with");
        }

        _established = true;
        _stream.Allowance.CompleteHandshake();
        return LaneOutcome.Moved;
    }

    /// <summary>Everything that fails, fails in the task, also what our own identity lacks.</summary>
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

    /// <summary>The first word stays: it is the cause.</summary>
    private LaneOutcome Refuse(string fault)
    {
        _fault ??= fault;
        _received = LaneOutcome.Broken;
        return LaneOutcome.Broken;
    }
}
