using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class LinkTranscriptTests
{
    private readonly LinkTranscript _transcript;

    public LinkTranscriptTests()
    {
        using var initiator = EphemeralKey.Create();
        using var responder = EphemeralKey.Create();
        _transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, LinkOffer.Create(initiator), LinkOffer.Create(responder));
    }

    [Theory]
    [MemberData(nameof(TranscriptVariations.Names), MemberType = typeof(TranscriptVariations))]
    public void Hash_OneFieldDiffers_Differs(string field) =>
        Assert.NotEqual(HashOf(_transcript), HashOf(TranscriptVariations.All[field](_transcript)));

    [Fact]
    public void Hash_RolesSwapped_Differs() => Assert.NotEqual(
        HashOf(_transcript),
        HashOf(TranscriptVariations.Copy(_transcript, initiatorOffer: _transcript.ResponderOffer, responderOffer: _transcript.InitiatorOffer)));

    [Fact]
    public void Write_LongestCommunicatorId_FillsMaxLength()
    {
        var longest = TranscriptVariations.Copy(_transcript, communicatorId: new byte[LinkTranscript.MaxCommunicatorIdLength]);

        Assert.Equal(LinkTranscript.MaxLength, longest.Write(new byte[LinkTranscript.MaxLength]));
    }

    [Fact]
    public void Write_FieldsBeyondTheProtocol_Throws()
    {
        AssertRefused(TranscriptVariations.Copy(_transcript, initiatorRank: TestLink.ResponderRank));
        AssertRefused(TranscriptVariations.Copy(_transcript, initiatorRank: TestLink.ResponderRank + 1));
        AssertRefused(TranscriptVariations.Copy(_transcript, laneCount: 0));
        AssertRefused(TranscriptVariations.Copy(_transcript, laneCount: LinkTranscript.MaxLaneCount + 1));
        AssertRefused(TranscriptVariations.Copy(_transcript, communicatorId: []));
        AssertRefused(TranscriptVariations.Copy(_transcript, communicatorId: new byte[LinkTranscript.MaxCommunicatorIdLength + 1]));
        AssertRefused(TranscriptVariations.Copy(_transcript, transport: 0));
        AssertRefused(TranscriptVariations.Copy(_transcript, protection: 0));
        AssertRefused(TranscriptVariations.Copy(_transcript, suite: (SuiteCode)3));
    }

    [Theory]
    [InlineData((byte)ProtectionCode.UnsafePlaintext, (byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)ProtectionCode.Tls, (byte)SuiteCode.ChaCha20Poly1305)]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.None)]
    [InlineData((byte)ProtectionCode.TlsAndAead, (byte)SuiteCode.None)]
    public void Write_SuiteDoesNotGoWithProtection_Throws(byte protection, byte suite) =>
        AssertRefused(TranscriptVariations.Copy(_transcript, protection: (ProtectionCode)protection, suite: (SuiteCode)suite));

    [Fact]
    public void Init_FieldOfAnotherLength_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, sessionId: new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, parameterHash: new byte[33]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, linkId: new byte[15]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, initiatorLeafHash: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, responderLeafHash: new byte[20]));
    }

    private static void AssertRefused(LinkTranscript transcript) =>
        Assert.ThrowsAny<ArgumentException>(() => transcript.Write(new byte[LinkTranscript.MaxLength + 1]));

    private static string HashOf(LinkTranscript transcript)
    {
        var hash = new byte[LinkTranscript.HashLength];
        transcript.Hash(hash);
        return Convert.ToHexString(hash);
    }
}
