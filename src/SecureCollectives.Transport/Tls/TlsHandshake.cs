using System.Net.Security;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tls;

/// <summary>
/// The TLS handshake of a lane and the identity that it proves. The lane carries nothing before the handshake is complete.
/// </summary>
/// <param name="tls">TLS over the stream; not owned.</param>
/// <param name="stream">The stream below TLS.</param>
/// <param name="end">Records failures.</param>
/// <param name="options">Creates the options of the handshake.</param>
/// <param name="peer">The only accepted peer, for the connecting side; null for the accepting side.</param>
internal sealed class TlsHandshake(SslStream tls, LaneStream stream, TlsEnd end, TlsOptionsFactory options, PeerIdentity? peer)
{
    /// <summary>Our own ALPN name: a connection to a lane port cannot be passed off as one to another service, or vice versa.</summary>
    private static readonly SslApplicationProtocol Protocol = new("sc1-lane");

    private Task? _handshake;
    private byte[] _leafHash = [];

    /// <summary>Whether the handshake is complete and the peer accepted.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>SHA-256 of the peer's certificate; empty before the handshake is complete.</summary>
    public ReadOnlyMemory<byte> PeerLeafHash => _leafHash;

    /// <summary>Continues the handshake as far as possible without waiting.</summary>
    /// <returns><see cref="LaneOutcome.Moved"/> once the handshake is complete and its last byte has been sent.</returns>
    public LaneOutcome TryComplete()
    {
        if (IsComplete)
        {
            return LaneOutcome.Moved;
        }

        if (end.Outcome is { } broken)
        {
            return broken;
        }

        _handshake ??= AuthenticateAsync();
        LaneOutcome flushed;
        do
        {
            flushed = stream.TryFlush();
        }
        while (!_handshake.IsCompleted && stream.TryContinueRead());

        if (!_handshake.IsCompleted)
        {
            return flushed == LaneOutcome.Broken ? end.Refuse("the connection was reset") : LaneOutcome.WouldBlock;
        }

        // Also after a refusal, so that the alert reaches the peer.
        flushed = stream.TryFlush();
        if (!_handshake.IsCompletedSuccessfully)
        {
            var failure = _handshake.Exception?.InnerException;
            return end.Refuse(stream.Excess
                ?? PrintableText.Of(failure?.InnerException?.Message ?? failure?.Message ?? "the handshake was abandoned"));
        }

        return flushed == LaneOutcome.Moved ? Complete() : flushed;
    }

    private LaneOutcome Complete()
    {
        if (tls.NegotiatedApplicationProtocol != Protocol)
        {
            return end.Refuse("the peer did not negotiate the lane protocol");
        }

        using var leaf = tls.RemoteCertificate!;
        _leafHash = SHA256.HashData(leaf.GetRawCertData());
        if (peer is not null && !_leafHash.AsSpan().SequenceEqual(peer.LeafHash.Span))
        {
            return end.Refuse("the peer presented a different certificate than the one that opened the link");
        }

        IsComplete = true;
        stream.Allowance.CompleteHandshake();
        return LaneOutcome.Moved;
    }

    /// <summary>Runs the handshake. All failures end up in the task, including those of this worker's own identity.</summary>
    private async Task AuthenticateAsync()
    {
        if (peer is null)
        {
            await tls.AuthenticateAsServerAsync(options.ForServer([Protocol], expected: null, end.Tell)).ConfigureAwait(false);
        }
        else
        {
            await tls.AuthenticateAsClientAsync(options.ForClient([Protocol], peer.Worker, end.Tell)).ConfigureAwait(false);
        }
    }
}
