using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Testing;

/// <summary>Both ends' keys of one link, derived as two workers would derive them.</summary>
internal sealed class LinkPair : IDisposable
{
    private LinkPair(LinkKeys initiator, LinkKeys responder)
    {
        Initiator = initiator;
        Responder = responder;
    }

    /// <summary>The keys of the lower rank.</summary>
    public LinkKeys Initiator { get; }

    /// <summary>The keys of the higher rank.</summary>
    public LinkKeys Responder { get; }

    /// <param name="suite">The suite; none for plaintext.</param>
    /// <param name="initiator">The lower rank.</param>
    /// <param name="responder">The higher rank.</param>
    /// <param name="lanes">The number of lanes.</param>
    /// <param name="communicator">The communicator's id.</param>
    public static LinkPair Create(SuiteCode suite, int initiator, int responder, int lanes, string communicator = "pair")
    {
        using var agreement = AgreementPair.Create();
        var linkId = RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength);
        return new LinkPair(
            LinkKeys.Derive(Transcript(agreement.Initiator.Offer, agreement.AnswerAsRead), agreement.Initiator),
            LinkKeys.Derive(Transcript(agreement.OfferAsRead, agreement.Responder.Answer), agreement.Responder));

        LinkTranscript Transcript(InitiatorOffer offer, ResponderAnswer answer) => new()
        {
            Suite = suite,
            Protection = suite == SuiteCode.None ? ProtectionCode.UnsafePlaintext : ProtectionCode.Aead,
            Transport = TransportCode.Tcp,
            SessionId = new byte[LinkTranscript.HashLength],
            Epoch = 1,
            CommunicatorId = System.Text.Encoding.UTF8.GetBytes(communicator),
            ParameterHash = new byte[LinkTranscript.HashLength],
            KeyAgreement = offer.KeyAgreement,
            LinkId = linkId,
            InitiatorRank = (uint)initiator,
            ResponderRank = (uint)responder,
            LaneCount = (ushort)lanes,
            Operation = 0,
            InitiatorLeafHash = new byte[LinkTranscript.HashLength],
            ResponderLeafHash = new byte[LinkTranscript.HashLength],
            InitiatorOffer = offer,
            ResponderAnswer = answer,
        };
    }

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
