using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>Messages of the key agreement as a peer that violates the protocol would send them.</summary>
public sealed class OfferAndAnswerTests : IDisposable
{
    private readonly AgreementPair _pair = AgreementPair.Create();

    private InitiatorOffer Offer => _pair.Initiator.Offer;

    private ResponderAnswer Answer => _pair.Responder.Answer;

    [Theory]
    [InlineData((byte)KeyAgreementCode.P256, 0, 0, 32)]
    [InlineData((byte)KeyAgreementCode.SecP256r1MLKEM768, 1184, 1088, 64)]
    public void Create_EachKeyAgreement_HasItsLengths(byte keyAgreement, int encapsulationKey, int ciphertext, int secret)
    {
        using var pair = AgreementPair.Create((KeyAgreementCode)keyAgreement);
        using var atInitiator = pair.Initiator.DeriveSecret(pair.AnswerAsRead);

        Assert.Equal((65, encapsulationKey, 32),
            (pair.OfferAsRead.PublicKey.Length, pair.OfferAsRead.EncapsulationKey.Length, pair.OfferAsRead.Contribution.Length));
        Assert.Equal((65, ciphertext, 32),
            (pair.AnswerAsRead.PublicKey.Length, pair.AnswerAsRead.Ciphertext.Length, pair.AnswerAsRead.Contribution.Length));
        Assert.Equal((byte)pair.OfferAsRead.KeyAgreement, keyAgreement);
        Assert.Equal(secret, atInitiator.Span.Length);
        Assert.Equal(Hex.Of(pair.Responder.Secret), Hex.Of(atInitiator.Span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void TryRead_ContributionOfAnotherLength_IsRefused(int length)
    {
        Assert.False(InitiatorOffer.TryRead(Offer.PublicKey.Span, Offer.EncapsulationKey.Span, new byte[length], out _));
        Assert.False(ResponderAnswer.TryRead(
            KeyAgreementCode.SecP256r1MLKEM768, Answer.PublicKey.Span, Answer.Ciphertext.Span, new byte[length], out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(800)]
    [InlineData(1183)]
    [InlineData(1185)]
    [InlineData(1568)]
    public void TryReadOffer_EncapsulationKeyOfAnotherLength_IsRefused(int length) =>
        Assert.False(InitiatorOffer.TryRead(Offer.PublicKey.Span, new byte[length], Offer.Contribution, out _));

    [Fact]
    public void TryReadOffer_EncapsulationKeyNotReduced_IsRefused()
    {
        var key = Offer.EncapsulationKey.ToArray();
        (key[0], key[1]) = (0xFF, 0xFF);

        Assert.False(InitiatorOffer.TryRead(Offer.PublicKey.Span, key, Offer.Contribution, out _));
    }

    /// <summary>The responder cannot choose: it must use ML-KEM if it was offered, and must not otherwise.</summary>
    [Theory]
    [InlineData((byte)KeyAgreementCode.P256, 1088)]
    [InlineData((byte)KeyAgreementCode.SecP256r1MLKEM768, 0)]
    [InlineData((byte)KeyAgreementCode.SecP256r1MLKEM768, 1087)]
    [InlineData((byte)KeyAgreementCode.SecP256r1MLKEM768, 1089)]
    public void TryReadAnswer_CiphertextOfAnotherLength_IsRefused(byte keyAgreement, int length) =>
        Assert.False(ResponderAnswer.TryRead(
            (KeyAgreementCode)keyAgreement, Answer.PublicKey.Span, new byte[length], Answer.Contribution, out _));

    /// <summary>Implicit rejection: the initiator derives different keys, and its hello is refused.</summary>
    [Fact]
    public void VerifyHello_CiphertextAltered_ReturnsWrongProof()
    {
        var ciphertext = Answer.Ciphertext.ToArray();
        ciphertext[500] ^= 0x10;
        Assert.True(ResponderAnswer.TryRead(
            KeyAgreementCode.SecP256r1MLKEM768, Answer.PublicKey.Span, ciphertext, Answer.Contribution, out var altered));

        // This holds even if the transcripts matched, which they do not.
        using var right = _pair.Initiator.DeriveSecret(_pair.AnswerAsRead);
        using var wrong = _pair.Initiator.DeriveSecret(altered);
        Assert.Equal(Hex.Of(right.Span[..EphemeralKey.SecretLength]), Hex.Of(wrong.Span[..EphemeralKey.SecretLength]));
        Assert.NotEqual(Hex.Of(right.Span[EphemeralKey.SecretLength..]), Hex.Of(wrong.Span[EphemeralKey.SecretLength..]));

        var transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, Offer, altered);
        using var initiator = LinkKeys.Derive(transcript, _pair.Initiator);
        using var responder = LinkKeys.Derive(
            TranscriptVariations.Copy(transcript, initiatorOffer: _pair.OfferAsRead, responderAnswer: Answer), _pair.Responder);
        var hello = new byte[LaneHello.Length];
        initiator.WriteHello(0, hello);
        Assert.Equal(HelloStatus.WrongProof, responder.VerifyHello(hello, out _));
    }

    [Fact]
    public void Dispose_ContributionHeld_IsZeroed()
    {
        var offered = _pair.OfferAsRead.Contribution;
        var answered = _pair.AnswerAsRead.Contribution;
        Assert.True(offered.ContainsAnyExcept((byte)0) && answered.ContainsAnyExcept((byte)0));

        _pair.OfferAsRead.Dispose();
        _pair.AnswerAsRead.Dispose();

        Assert.False(offered.ContainsAnyExcept((byte)0));
        Assert.False(answered.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => _pair.OfferAsRead.Contribution.Length);
    }

    public void Dispose() => _pair.Dispose();
}
