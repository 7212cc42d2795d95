using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>One change for each field of the transcript that a test can change without another session of the protocol.</summary>
internal static class TranscriptVariations
{
    public static readonly Dictionary<string, Func<LinkTranscript, LinkTranscript>> All = new()
    {
        ["suite"] = from => Copy(from, suite: SuiteCode.ChaCha20Poly1305),
        ["protection"] = from => Copy(from, protection: ProtectionCode.TlsAndAead),
        ["transport"] = from => Copy(from, transport: TransportCode.Grpc),
        ["session"] = from => Copy(from, sessionId: TestLink.Fill(0x81, LinkTranscript.HashLength)),
        ["epoch"] = from => Copy(from, epoch: from.Epoch + 1),
        ["communicator"] = from => Copy(from, communicatorId: TestLink.Fill(2, 10)),
        ["parameters"] = from => Copy(from, parameterHash: TestLink.Fill(0x83, LinkTranscript.HashLength)),
        ["link"] = from => Copy(from, linkId: TestLink.Fill(0x84, 16)),
        ["initiator rank"] = from => Copy(from, initiatorRank: from.InitiatorRank - 1),
        ["lane count"] = from => Copy(from, laneCount: (ushort)(from.LaneCount + 1)),
        ["initiator leaf"] = from => Copy(from, initiatorLeafHash: TestLink.Fill(0x85, LinkTranscript.HashLength)),
        ["responder leaf"] = from => Copy(from, responderLeafHash: TestLink.Fill(0x86, LinkTranscript.HashLength)),
        ["initiator key"] = from => Copy(from, initiatorOffer: OtherKey(from.InitiatorOffer)),
        ["initiator contribution"] = from => Copy(from, initiatorOffer: OtherContribution(from.InitiatorOffer)),
        ["responder contribution"] = from => Copy(from, responderOffer: OtherContribution(from.ResponderOffer)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static LinkTranscript Copy(
        LinkTranscript from,
        SuiteCode? suite = null,
        ProtectionCode? protection = null,
        TransportCode? transport = null,
        byte[]? sessionId = null,
        ulong? epoch = null,
        byte[]? communicatorId = null,
        byte[]? parameterHash = null,
        byte[]? linkId = null,
        uint? initiatorRank = null,
        uint? responderRank = null,
        ushort? laneCount = null,
        byte[]? initiatorLeafHash = null,
        byte[]? responderLeafHash = null,
        LinkOffer? initiatorOffer = null,
        LinkOffer? responderOffer = null) => new()
        {
            Suite = suite ?? from.Suite,
            Protection = protection ?? from.Protection,
            Transport = transport ?? from.Transport,
            SessionId = sessionId ?? from.SessionId,
            Epoch = epoch ?? from.Epoch,
            CommunicatorId = communicatorId ?? from.CommunicatorId,
            ParameterHash = parameterHash ?? from.ParameterHash,
            LinkId = linkId ?? from.LinkId,
            InitiatorRank = initiatorRank ?? from.InitiatorRank,
            ResponderRank = responderRank ?? from.ResponderRank,
            LaneCount = laneCount ?? from.LaneCount,
            InitiatorLeafHash = initiatorLeafHash ?? from.InitiatorLeafHash,
            ResponderLeafHash = responderLeafHash ?? from.ResponderLeafHash,
            InitiatorOffer = initiatorOffer ?? from.InitiatorOffer,
            ResponderOffer = responderOffer ?? from.ResponderOffer,
        };

    private static LinkOffer OtherKey(LinkOffer from)
    {
        using var other = EphemeralKey.Create();
        return Offer(other.PublicKey.Span, from.Contribution.Span);
    }

    private static LinkOffer OtherContribution(LinkOffer from) =>
        Offer(from.PublicKey.Span, TestLink.Fill(0x87, LinkOffer.ContributionLength));

    private static LinkOffer Offer(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> contribution) =>
        LinkOffer.TryRead(publicKey, contribution, out var offer) ? offer : throw new InvalidOperationException("The test's offer is not one.");
}
