using System.Security.Cryptography;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>Both ends of a link, derived as two workers would: each from its own transcript.</summary>
internal sealed class TestLink : IDisposable
{
    public const uint InitiatorRank = 2;
    public const uint ResponderRank = 5;
    public const ushort LaneCount = 3;

    private TestLink(LinkKeys initiator, LinkKeys responder)
    {
        Initiator = initiator;
        Responder = responder;
    }

    public LinkKeys Initiator { get; }

    public LinkKeys Responder { get; }

    /// <param name="suite">The suite; none for plaintext.</param>
    /// <param name="keyAgreement">The key agreement.</param>
    /// <param name="differsIn">The field in which one end's transcript differs from the other's.</param>
    /// <param name="initiatorEngines">The initiator's engines; OpenSSL's if null.</param>
    /// <param name="responderEngines">The responder's engines; OpenSSL's if null.</param>
    public static TestLink Open(
        SuiteCode suite = SuiteCode.Aes256Gcm,
        KeyAgreementCode keyAgreement = KeyAgreementCode.SecP256r1MLKEM768,
        TranscriptVariation? differsIn = null,
        AeadEngines? initiatorEngines = null,
        AeadEngines? responderEngines = null)
    {
        using var pair = AgreementPair.Create(keyAgreement);
        var initiatorSees = Transcript(suite, pair.Initiator.Offer, pair.AnswerAsRead);
        var responderSees = TranscriptVariations.Copy(
            initiatorSees, initiatorOffer: pair.OfferAsRead, responderAnswer: pair.Responder.Answer);
        if (differsIn is { IsOfResponder: true })
        {
            initiatorSees = differsIn.Change(initiatorSees);
        }
        else if (differsIn is not null)
        {
            responderSees = differsIn.Change(responderSees);
        }

        return new TestLink(
            LinkKeys.Derive(initiatorSees, pair.Initiator, initiatorEngines),
            LinkKeys.Derive(responderSees, pair.Responder, responderEngines));
    }

    public static LinkTranscript Transcript(SuiteCode suite, InitiatorOffer offer, ResponderAnswer answer) => new()
    {
        Suite = suite,
        Protection = suite == SuiteCode.None ? ProtectionCode.UnsafePlaintext : ProtectionCode.Aead,
        Transport = TransportCode.Tcp,
        SessionId = Fill(1, LinkTranscript.HashLength),
        Epoch = 1,
        CommunicatorId = Fill(2, 9),
        ParameterHash = Fill(3, LinkTranscript.HashLength),
        KeyAgreement = offer.KeyAgreement,
        LinkId = RandomNumberGenerator.GetBytes(16),
        InitiatorRank = InitiatorRank,
        ResponderRank = ResponderRank,
        LaneCount = LaneCount,
        Operation = 7,
        Cause = LinkCauseCode.Broken,
        FirstLink = Fill(6, 16),
        Replacement = 2,
        InitiatorPositions = [.. Enumerable.Range(1, LaneCount).Select(static lane => (ulong)lane)],
        ResponderPositions = [.. Enumerable.Range(5, LaneCount).Select(static lane => (ulong)lane)],
        InitiatorLeafHash = Fill(4, LinkTranscript.HashLength),
        ResponderLeafHash = Fill(5, LinkTranscript.HashLength),
        InitiatorOffer = offer,
        ResponderAnswer = answer,
    };

    public static byte[] Fill(byte value, int length) => [.. Enumerable.Repeat(value, length)];

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
