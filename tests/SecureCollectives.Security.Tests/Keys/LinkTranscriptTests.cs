using System.Buffers.Binary;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Keys;

public sealed class LinkTranscriptTests : IDisposable
{
    private readonly AgreementPair _pair = AgreementPair.Create();
    private readonly LinkTranscript _transcript;

    public LinkTranscriptTests()
    {
        _transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, _pair.Initiator.Offer, _pair.AnswerAsRead);
    }

    /// <summary>The list of variations covers every field of the transcript.</summary>
    [Fact]
    public void Variations_All_CoverEveryField()
    {
        var bytes = new byte[LinkTranscript.MaxLength];
        var (length, fields) = (_transcript.Write(bytes), 0);
        for (var at = 0; at < length; at += sizeof(uint) + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)))
        {
            fields++;
        }

        Assert.Equal(TranscriptVariations.All.Count, fields);
    }

    [Theory]
    [MemberData(nameof(TranscriptVariations.Names), MemberType = typeof(TranscriptVariations))]
    public void Hash_OneFieldDiffers_Differs(string field) =>
        Assert.NotEqual(HashOf(_transcript), HashOf(TranscriptVariations.All[field].Change(_transcript)));

    [Fact]
    public void Hash_RolesSwapped_Differs()
    {
        using var pair = AgreementPair.Create(KeyAgreementCode.P256);
        var (offer, answer) = (pair.OfferAsRead, pair.AnswerAsRead);
        Assert.True(InitiatorOffer.TryRead(answer.PublicKey.Span, answer.Ciphertext.Span, answer.Contribution, out var swappedOffer));
        Assert.True(ResponderAnswer.TryRead(
            KeyAgreementCode.P256, offer.PublicKey.Span, offer.EncapsulationKey.Span, offer.Contribution, out var swappedAnswer));
        var transcript = TestLink.Transcript(SuiteCode.Aes256Gcm, offer, answer);

        Assert.NotEqual(HashOf(transcript),
            HashOf(TranscriptVariations.Copy(transcript, initiatorOffer: swappedOffer, responderAnswer: swappedAnswer)));
    }

    [Fact]
    public void Write_LongestCommunicatorId_FillsMaxLength()
    {
        var positions = new ulong[LinkTranscript.MaxLaneCount];
        var longest = TranscriptVariations.Copy(
            _transcript,
            communicatorId: new byte[LinkTranscript.MaxCommunicatorIdLength],
            laneCount: LinkTranscript.MaxLaneCount,
            initiatorPositions: positions,
            responderPositions: positions);

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
        AssertRefused(TranscriptVariations.Copy(_transcript, suite: (SuiteCode)5));
        AssertRefused(TranscriptVariations.Copy(_transcript, keyAgreement: 0));
        AssertRefused(TranscriptVariations.Copy(_transcript, keyAgreement: (KeyAgreementCode)3));
    }

    /// <summary>A link that opens a communicator can never be mistaken for one that replaces another, or vice versa.</summary>
    [Fact]
    public void Write_ReplacementThatContradictsItself_Throws()
    {
        AssertRefused(TranscriptVariations.Copy(_transcript, cause: LinkCauseCode.Opening));
        AssertRefused(TranscriptVariations.Copy(_transcript, replacement: 0));
        AssertRefused(TranscriptVariations.Copy(_transcript, firstLink: []));
        AssertRefused(TranscriptVariations.Copy(_transcript, firstLink: new byte[15]));
        AssertRefused(TranscriptVariations.Copy(_transcript, cause: LinkCauseCode.Opening, replacement: 0));
        AssertRefused(TranscriptVariations.Copy(_transcript, cause: (LinkCauseCode)7));
        AssertRefused(TranscriptVariations.Copy(_transcript, initiatorPositions: new ulong[TestLink.LaneCount + 1]));
        AssertRefused(TranscriptVariations.Copy(_transcript, responderPositions: new ulong[TestLink.LaneCount - 1]));
    }

    [Fact]
    public void Hash_NoPositionsAndZeros_AreTheSame() => Assert.Equal(
        HashOf(TranscriptVariations.Copy(_transcript, initiatorPositions: [], responderPositions: [])),
        HashOf(TranscriptVariations.Copy(
            _transcript, initiatorPositions: new ulong[TestLink.LaneCount], responderPositions: new ulong[TestLink.LaneCount])));

    [Theory]
    [InlineData((byte)ProtectionCode.UnsafePlaintext, (byte)SuiteCode.Aes256Gcm)]
    [InlineData((byte)ProtectionCode.Tls, (byte)SuiteCode.ChaCha20Poly1305)]
    [InlineData((byte)ProtectionCode.Aead, (byte)SuiteCode.None)]
    [InlineData((byte)ProtectionCode.TlsAndAead, (byte)SuiteCode.None)]
    public void Write_SuiteDoesNotMatchProtection_Throws(byte protection, byte suite) =>
        AssertRefused(TranscriptVariations.Copy(_transcript, protection: (ProtectionCode)protection, suite: (SuiteCode)suite));

    [Fact]
    public void Write_OfferOrAnswerOfAnotherKeyAgreement_Throws()
    {
        using var pair = AgreementPair.Create(KeyAgreementCode.P256);

        AssertRefused(TranscriptVariations.Copy(_transcript, keyAgreement: KeyAgreementCode.P256));
        AssertRefused(TranscriptVariations.Copy(_transcript, initiatorOffer: pair.OfferAsRead));
        AssertRefused(TranscriptVariations.Copy(_transcript, responderAnswer: pair.AnswerAsRead));
    }

    [Fact]
    public void Init_FieldOfAnotherLength_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, sessionId: new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, parameterHash: new byte[33]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, linkId: new byte[15]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, initiatorLeafHash: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => TranscriptVariations.Copy(_transcript, responderLeafHash: new byte[20]));
    }

    public void Dispose() => _pair.Dispose();

    private static void AssertRefused(LinkTranscript transcript) =>
        Assert.ThrowsAny<ArgumentException>(() => transcript.Write(new byte[LinkTranscript.MaxLength + 1]));

    private static string HashOf(LinkTranscript transcript)
    {
        var hash = new byte[LinkTranscript.HashLength];
        transcript.Hash(hash);
        return Convert.ToHexString(hash);
    }
}
