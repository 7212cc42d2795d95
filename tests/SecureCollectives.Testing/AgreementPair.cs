using SecureCollectives.Security.Keys;

namespace SecureCollectives.Testing;

/// <summary>Both ends of one key agreement, each with its own part and with what it read of the other's.</summary>
internal sealed class AgreementPair : IDisposable
{
    private AgreementPair(InitiatorAgreement initiator, InitiatorOffer offerAsRead, ResponderAgreement responder,
        ResponderAnswer answerAsRead)
    {
        Initiator = initiator;
        OfferAsRead = offerAsRead;
        Responder = responder;
        AnswerAsRead = answerAsRead;
    }

    public InitiatorAgreement Initiator { get; }

    /// <summary>What the responder has of the initiator.</summary>
    public InitiatorOffer OfferAsRead { get; }

    public ResponderAgreement Responder { get; }

    /// <summary>What the initiator has of the responder.</summary>
    public ResponderAnswer AnswerAsRead { get; }

    public static AgreementPair Create(KeyAgreementCode keyAgreement = KeyAgreementCode.SecP256r1MLKEM768)
    {
        var initiator = InitiatorAgreement.Create(keyAgreement);
        var offer = Read(initiator.Offer);
        var responder = ResponderAgreement.Create(offer);
        return new AgreementPair(initiator, offer, responder, Read(responder.Answer));
    }

    public static InitiatorOffer Read(InitiatorOffer offer) =>
        InitiatorOffer.TryRead(offer.PublicKey.Span, offer.EncapsulationKey.Span, offer.Contribution, out var read)
            ? read
            : throw new InvalidOperationException("An offer as it should be was refused.");

    public static ResponderAnswer Read(ResponderAnswer answer) =>
        ResponderAnswer.TryRead(answer.KeyAgreement, answer.PublicKey.Span, answer.Ciphertext.Span, answer.Contribution, out var read)
            ? read
            : throw new InvalidOperationException("An answer as it should be was refused.");

    public void Dispose()
    {
        Initiator.Dispose();
        OfferAsRead.Dispose();
        Responder.Dispose();
        AnswerAsRead.Dispose();
    }
}
