using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Tests.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class LinkKeysTests
{
    [Theory]
    [InlineData((byte)ProtectionCode.UnsafePlaintext, (byte)SuiteCode.None, typeof(PlaintextSealer), typeof(PlaintextOpener))]
    [InlineData((byte)ProtectionCode.Tls, (byte)SuiteCode.None, typeof(PlaintextSealer), typeof(PlaintextOpener))]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.Aes256Gcm, typeof(AeadSealer), typeof(AeadOpener))]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.ChaCha20Poly1305, typeof(AeadSealer), typeof(AeadOpener))]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.Aegis128L, typeof(AeadSealer), typeof(AeadOpener))]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.Aegis256, typeof(AeadSealer), typeof(AeadOpener))]
    [InlineData((byte)ProtectionCode.TlsAndAead, (byte)SuiteCode.Aes256Gcm, typeof(AeadSealer), typeof(AeadOpener))]
    public void CreateSealerAndOpener_EveryProtection_ReturnsItsKind(byte protection, byte suite, Type sealerType, Type openerType)
    {
        TestEngines.Require((SuiteCode)suite);
        using var pair = AgreementPair.Create();
        var transcript = TranscriptVariations.Copy(Transcript(pair), suite: (SuiteCode)suite, protection: (ProtectionCode)protection);
        using var keys = LinkKeys.Derive(transcript, pair.Initiator);

        using var sealer = keys.CreateSealer(0);
        using var opener = keys.CreateOpener(0);

        Assert.IsType(sealerType, sealer);
        Assert.IsType(openerType, opener);
    }

    [Theory]
    [InlineData((byte)SuiteCode.None)]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    public void CreateSealerOrOpener_SecondTime_Throws(byte suite)
    {
        using var link = TestLink.Open((SuiteCode)suite);
        link.Initiator.CreateSealer(1).Dispose();
        link.Initiator.CreateOpener(1).Dispose();

        Assert.Throws<InvalidOperationException>(() => link.Initiator.CreateSealer(1));
        Assert.Throws<InvalidOperationException>(() => link.Initiator.CreateOpener(1));
    }

    [Fact]
    public void CreateSealer_LaneOutsideTheLink_Throws()
    {
        using var link = TestLink.Open();

        Assert.Throws<ArgumentOutOfRangeException>(() => link.Initiator.CreateSealer(TestLink.LaneCount));
    }

    [Fact]
    public void Dispose_KeysHandedOut_StayUsableAndOthersAreErased()
    {
        var link = TestLink.Open();
        using var sealer = link.Initiator.CreateSealer(0);
        link.Dispose();

        Assert.Equal(
            Suite.Aes256Gcm.TagLength,
            sealer.Seal(new FrameHeader(FrameKind.Data, FramePhase.AllGather, 0, 0, 0, 0, 0), [], new byte[32], new byte[16]).Length);
        Assert.Throws<ObjectDisposedException>(() => link.Initiator.CreateSealer(1));
        Assert.Throws<ObjectDisposedException>(() => link.Initiator.WriteHello(1, new byte[LaneHello.Length]));
    }

    /// <summary>Keys from a different agreement are refused, no matter what would be derived from them.</summary>
    [Fact]
    public void Derive_KeysOfAnotherAgreement_Throws()
    {
        using var pair = AgreementPair.Create();
        using var other = AgreementPair.Create();

        Assert.Throws<ArgumentException>(() => LinkKeys.Derive(Transcript(pair), other.Initiator));
        Assert.Throws<ArgumentException>(() => LinkKeys.Derive(Transcript(pair), other.Responder));
    }

    [Fact]
    public void Derive_Twice_ThrowsBecauseTheKeyIsErased()
    {
        using var pair = AgreementPair.Create();
        var transcript = TestLink.Transcript(
            SuiteCode.Aes256Gcm, AgreementPair.Read(pair.Initiator.Offer), AgreementPair.Read(pair.Responder.Answer));
        LinkKeys.Derive(transcript, pair.Initiator).Dispose();
        LinkKeys.Derive(transcript, pair.Responder).Dispose();

        Assert.Throws<ObjectDisposedException>(() => LinkKeys.Derive(transcript, pair.Initiator));
        Assert.Throws<ObjectDisposedException>(() => LinkKeys.Derive(transcript, pair.Responder));
    }

    [Fact]
    public void Derive_BothEnds_EraseTheirSecretsAndContributions()
    {
        using var pair = AgreementPair.Create();
        var offered = pair.Initiator.Offer.Contribution;
        var answered = pair.Responder.Answer.Contribution;
        var secret = pair.Responder.Secret;
        Assert.True(offered.ContainsAnyExcept((byte)0) && answered.ContainsAnyExcept((byte)0) && secret.ContainsAnyExcept((byte)0));

        LinkKeys.Derive(Transcript(pair), pair.Initiator).Dispose();
        LinkKeys.Derive(TestLink.Transcript(SuiteCode.Aes256Gcm, pair.OfferAsRead, pair.Responder.Answer), pair.Responder).Dispose();

        Assert.False(offered.ContainsAnyExcept((byte)0));
        Assert.False(answered.ContainsAnyExcept((byte)0));
        Assert.False(secret.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => pair.Initiator.DeriveSecret(pair.AnswerAsRead));
    }

    [Theory]
    [InlineData((byte)KeyAgreementCode.P256)]
    [InlineData((byte)KeyAgreementCode.SecP256r1MLKEM768)]
    public void Derive_BothEnds_OpenEachOthersFrames(byte keyAgreement)
    {
        using var link = TestLink.Open(keyAgreement: (KeyAgreementCode)keyAgreement);
        using var sealer = link.Initiator.CreateSealer(0);
        using var opener = link.Responder.CreateOpener(0);

        Assert.Equal(OpenStatus.Ok, TestFrame.Seal(sealer, [1, 2, 3]).Open(opener, out var payload));
        Assert.Equal([1, 2, 3], payload);
    }

    private static LinkTranscript Transcript(AgreementPair pair) =>
        TestLink.Transcript(SuiteCode.Aes256Gcm, pair.Initiator.Offer, pair.AnswerAsRead);
}
