using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>Both ends of a link whose keys are agreed but whose lanes are not connected yet.</summary>
internal sealed class LinkEnds : IDisposable
{
    public const ushort LaneCount = 2;
    private const uint InitiatorRank = 0;
    private const uint ResponderRank = 1;

    /// <summary>Irrelevant for lanes without TLS.</summary>
    public static PeerIdentity ResponderIdentity { get; } = new(
        WorkerId.Create("test.example", "job-a", (int)ResponderRank), default, default);

    private LinkEnds(LinkKeys initiator, PendingLink responder)
    {
        Initiator = initiator;
        Responder = responder;
    }

    /// <summary>The connecting side's keys.</summary>
    public LinkKeys Initiator { get; }

    /// <summary>The accepting side, which owns its keys.</summary>
    public PendingLink Responder { get; }

    /// <param name="leafHash">The certificate that lane connections must prove over TLS; empty without TLS.</param>
    public static LinkEnds Agree(ReadOnlyMemory<byte> leafHash = default)
    {
        using var agreement = AgreementPair.Create();
        var linkId = RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength);
        return new LinkEnds(
            LinkKeys.Derive(Transcript(agreement.Initiator.Offer, agreement.AnswerAsRead), agreement.Initiator),
            new PendingLink(
                linkId, LinkKeys.Derive(Transcript(agreement.OfferAsRead, agreement.Responder.Answer), agreement.Responder), LaneCount,
                    (int)InitiatorRank, leafHash));

        LinkTranscript Transcript(InitiatorOffer offer, ResponderAnswer answer) => new()
        {
            Suite = SuiteCode.Aes256Gcm,
            Protection = ProtectionCode.Aead,
            Transport = TransportCode.Tcp,
            SessionId = new byte[LinkTranscript.HashLength],
            Epoch = 1,
            CommunicatorId = "test"u8.ToArray(),
            ParameterHash = new byte[LinkTranscript.HashLength],
            KeyAgreement = offer.KeyAgreement,
            LinkId = linkId,
            InitiatorRank = InitiatorRank,
            ResponderRank = ResponderRank,
            LaneCount = LaneCount,
            Operation = 0,
            InitiatorLeafHash = new byte[LinkTranscript.HashLength],
            ResponderLeafHash = new byte[LinkTranscript.HashLength],
            InitiatorOffer = offer,
            ResponderAnswer = answer,
        };
    }

    /// <summary>Returns the initiator's hello for a lane.</summary>
    public byte[] Hello(ushort lane)
    {
        var hello = new byte[LaneHello.Length];
        Initiator.WriteHello(lane, hello);
        return hello;
    }

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
