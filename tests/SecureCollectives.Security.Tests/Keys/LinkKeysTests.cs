using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class LinkKeysTests
{
    [Theory]
    [InlineData((byte)ProtectionCode.UnsafePlaintext, (byte)SuiteCode.None, typeof(PlaintextSealer), typeof(PlaintextOpener))]
    [InlineData((byte)ProtectionCode.Tls, (byte)SuiteCode.None, typeof(PlaintextSealer), typeof(PlaintextOpener))]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.Aes256Gcm, typeof(AeadSealer), typeof(AeadOpener))]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.ChaCha20Poly1305, typeof(AeadSealer), typeof(AeadOpener))]
    [InlineData((byte)ProtectionCode.TlsAndAead, (byte)SuiteCode.Aes256Gcm, typeof(AeadSealer), typeof(AeadOpener))]
    public void CreateSealerAndOpener_EveryProtection_AreOfItsKind(byte protection, byte suite, Type sealerType, Type openerType)
    {
        using var own = EphemeralKey.Create();
        using var peer = EphemeralKey.Create();
        var transcript = TranscriptVariations.Copy(
            TestLink.Transcript(SuiteCode.Aes256Gcm, LinkOffer.Create(own), LinkOffer.Create(peer)),
            suite: (SuiteCode)suite,
            protection: (ProtectionCode)protection);
        using var keys = LinkKeys.Derive(transcript, own, TestLink.InitiatorRank);

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
    public void CreateSealer_LaneThatTheLinkDoesNotHave_Throws()
    {
        using var link = TestLink.Open();

        Assert.Throws<ArgumentOutOfRangeException>(() => link.Initiator.CreateSealer(TestLink.LaneCount));
    }

    [Fact]
    public void Dispose_KeysHandedOut_StillServeAndOthersAreErased()
    {
        var link = TestLink.Open();
        using var sealer = link.Initiator.CreateSealer(0);
        link.Dispose();

        Assert.Equal(
            FrameFormat.TagLength,
            sealer.Seal(new FrameHeader(FrameKind.Data, FramePhase.AllGather, 0, 0, 0, 0, 0), [], new byte[32], new byte[16]).Length);
        Assert.Throws<ObjectDisposedException>(() => link.Initiator.CreateSealer(1));
        Assert.Throws<ObjectDisposedException>(() => link.Initiator.WriteHello(1, new byte[LaneHello.Length]));
    }

    [Fact]
    public void Derive_RankThatIsNoEnd_Throws()
    {
        using var own = EphemeralKey.Create();
        using var peer = EphemeralKey.Create();
        var transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, LinkOffer.Create(own), LinkOffer.Create(peer));

        Assert.Throws<ArgumentException>(() => LinkKeys.Derive(transcript, own, 3));
    }

    [Fact]
    public void Derive_KeyOfTheOtherSide_Throws()
    {
        using var own = EphemeralKey.Create();
        using var peer = EphemeralKey.Create();
        var transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, LinkOffer.Create(own), LinkOffer.Create(peer));

        Assert.Throws<ArgumentException>(() => LinkKeys.Derive(transcript, peer, TestLink.InitiatorRank));
    }

    [Fact]
    public void Derive_Twice_ThrowsBecauseTheKeyIsErased()
    {
        using var own = EphemeralKey.Create();
        using var peer = EphemeralKey.Create();
        var transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, LinkOffer.Create(own), LinkOffer.Create(peer));
        LinkKeys.Derive(transcript, own, TestLink.InitiatorRank).Dispose();

        Assert.Throws<ObjectDisposedException>(() => LinkKeys.Derive(transcript, own, TestLink.InitiatorRank));
    }
}
