using SecureCollectives.Security.Keys;

namespace SecureCollectives.Testing;

/// <summary>Both ends of one key agreement. Each end has its own part, and the other's part as it was read from the wire.</summary>
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

    /// <summary>The initiator's offer, as the responder read it.</summary>
    public InitiatorOffer OfferAsRead { get; }

    public ResponderAgreement Responder { get; }

    /// <summary>The responder's answer, as the initiator read it.</summary>
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
            : throw new InvalidOperationException("A valid offer was refused.");

    public static ResponderAnswer Read(ResponderAnswer answer) =>
        ResponderAnswer.TryRead(answer.KeyAgreement, answer.PublicKey.Span, answer.Ciphertext.Span, answer.Contribution, out var read)
            ? read
            : throw new InvalidOperationException("A valid answer was refused.");

    public void Dispose()
    {
        Initiator.Dispose();
        OfferAsRead.Dispose();
        Responder.Dispose();
        AnswerAsRead.Dispose();
    }
}
