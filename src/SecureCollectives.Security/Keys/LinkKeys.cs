using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// All keys of a link, as held by one of its two workers. Hands out each lane's sealer and opener once, and creates and verifies hellos.
/// Disposing erases the keys that have not been handed out.
/// </summary>
/// <remarks>Thread-safe, because connections authenticate concurrently.</remarks>
internal sealed class LinkKeys : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LaneKeys[] _lanes;
    private readonly byte[] _linkId;
    private readonly SuiteCode _suite;
    private readonly AeadEngines _engines;
    private bool _disposed;

    private LinkKeys(LinkTranscript transcript, ReadOnlySpan<byte> prk, uint local, uint peer, AeadEngines engines)
    {
        _engines = engines;
        _linkId = transcript.LinkId.ToArray();
        _suite = transcript.Suite;
        _lanes = new LaneKeys[transcript.LaneCount];
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane] = new LaneKeys(prk, (ushort)lane, local, peer);
        }
    }

    /// <summary>
    /// Derives a link's keys at its initiator. Erases the shared secret and the PRK. Consumes <paramref name="own"/>: its private keys and
    /// its contribution are also erased, so that each offer creates only one link.
    /// </summary>
    /// <param name="transcript">The transcript, with the local offer and the peer's answer.</param>
    /// <param name="own">The local private keys; disposed by this call.</param>
    /// <param name="engines">The engines that seal and open on this side; null for OpenSSL. The peer may use others.</param>
    /// <exception cref="ArgumentException">The keys do not match the transcript, or the transcript is invalid.</exception>
    public static LinkKeys Derive(LinkTranscript transcript, InitiatorAgreement own, AeadEngines? engines = null)
    {
        RequireOwn(own.Offer.PublicKey, transcript.InitiatorOffer.PublicKey);
        using (own)
        {
            using var secret = own.DeriveSecret(transcript.ResponderAnswer);
            return Derive(transcript, secret.Span, transcript.InitiatorRank, transcript.ResponderRank, engines);
        }
    }

    /// <summary>Derives a link's keys at its responder, in the same way.</summary>
    /// <inheritdoc cref="Derive(LinkTranscript, InitiatorAgreement, AeadEngines?)"/>
    public static LinkKeys Derive(LinkTranscript transcript, ResponderAgreement own, AeadEngines? engines = null)
    {
        RequireOwn(own.Answer.PublicKey, transcript.ResponderAnswer.PublicKey);
        using (own)
        {
            return Derive(transcript, own.Secret, transcript.ResponderRank, transcript.InitiatorRank, engines);
        }
    }

    /// <summary>
    /// Creates the sealer for frames sent to the peer on a lane, according to the protection in the transcript. The caller owns it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The lane's sealer has already been handed out.</exception>
    public FrameSealer CreateSealer(ushort lane)
    {
        var chain = Take(lane, static keys => keys.TakeSendChain());
        if (_suite != SuiteCode.None)
        {
            return new AeadSealer(chain, _engines.Create(_suite));
        }

        chain.Dispose();
        return new PlaintextSealer();
    }

    /// <summary>
    /// Creates the opener for frames received from the peer on a lane, according to the protection in the transcript. The caller owns it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The lane's opener has already been handed out.</exception>
    public FrameOpener CreateOpener(ushort lane)
    {
        var chain = Take(lane, static keys => keys.TakeReceiveChain());
        if (_suite != SuiteCode.None)
        {
            return new AeadOpener(chain, _engines.Create(_suite));
        }

        chain.Dispose();
        return new PlaintextOpener();
    }

    /// <summary>Writes the <see cref="LaneHello.Length"/> bytes with which the connecting side starts a lane.</summary>
    public void WriteHello(ushort lane, Span<byte> destination)
    {
        lock (_gate)
        {
            var keys = Lane(lane);
            LaneHello.WriteSigned(lane, _linkId, destination);
            keys.Prove(destination[..LaneHello.SignedLength], destination[LaneHello.SignedLength..LaneHello.Length]);
        }
    }

    /// <summary>
    /// Verifies a connection's hello. The first valid hello for a lane consumes the lane. An invalid one changes nothing, so that
    /// unauthenticated connections cannot take over a pending lane.
    /// </summary>
    public HelloStatus VerifyHello(ReadOnlySpan<byte> hello, out ushort lane)
    {
        if (LaneHello.TryRead(hello, out lane, out var linkId) != FrameReadStatus.Ok)
        {
            return HelloStatus.Malformed;
        }

        if (!linkId.SequenceEqual(_linkId))
        {
            return HelloStatus.WrongLink;
        }

        if (lane >= _lanes.Length)
        {
            return HelloStatus.UnknownLane;
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return HelloStatus.Closed;
            }

            var keys = _lanes[lane];
            if (!keys.Verify(hello[..LaneHello.SignedLength], hello[LaneHello.SignedLength..]))
            {
                return HelloStatus.WrongProof;
            }

            if (keys.Accepted)
            {
                return HelloStatus.AlreadyUsed;
            }

            keys.Accepted = true;
            return HelloStatus.Ok;
        }
    }

    /// <summary>Writes the <see cref="LaneHello.AnswerLength"/> bytes with which the accepting side answers a verified hello.</summary>
    public void WriteAnswer(ushort lane, ReadOnlySpan<byte> hello, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hello.Length, LaneHello.Length);
        lock (_gate)
        {
            Lane(lane).Prove(hello, destination[..LaneHello.AnswerLength]);
        }
    }

    /// <summary>Verifies the answer to a hello that this side sent.</summary>
    public HelloStatus VerifyAnswer(ushort lane, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> answer)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hello.Length, LaneHello.Length);
        lock (_gate)
        {
            return _disposed ? HelloStatus.Closed
                : Lane(lane).Verify(hello, answer) ? HelloStatus.Ok
                : HelloStatus.WrongProof;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var lane in _lanes)
            {
                lane.Dispose();
            }
        }
    }

    private static LinkKeys Derive(LinkTranscript transcript, ReadOnlySpan<byte> secret, uint local, uint peer, AeadEngines? engines)
    {
        using var prk = new SecretBytes(KeySchedule.SecretLength);
        KeySchedule.DerivePrk(transcript, secret, prk.Span);
        return new LinkKeys(transcript, prk.Span, local, peer, engines ?? AeadEngines.OpenSsl);
    }

    private static void RequireOwn(ReadOnlyMemory<byte> own, ReadOnlyMemory<byte> ofTranscript)
    {
        if (!own.Span.SequenceEqual(ofTranscript.Span))
        {
            throw new ArgumentException("The ephemeral key does not match this side's key in the transcript.");
        }
    }

    private KeyChain Take(ushort lane, Func<LaneKeys, KeyChain> take)
    {
        lock (_gate)
        {
            return take(Lane(lane));
        }
    }

    private LaneKeys Lane(ushort lane)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lane, _lanes.Length);
        return _lanes[lane];
    }
}
