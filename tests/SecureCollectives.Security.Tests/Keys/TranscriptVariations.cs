using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>One change for each field of the transcript.</summary>
internal static class TranscriptVariations
{
    private const string KeyAgreement = "key agreement";

    public static readonly IReadOnlyDictionary<string, TranscriptVariation> All = new Dictionary<string, TranscriptVariation>
    {
        ["label"] = new(from => Copy(from, label: "sc1 link"u8.ToArray())),
        ["protocol version"] = new(from => Copy(from, version: 1)),
        ["suite"] = new(from => Copy(from, suite: SuiteCode.ChaCha20Poly1305)),
        ["protection"] = new(from => Copy(from, protection: ProtectionCode.TlsAndAead)),
        ["transport"] = new(from => Copy(from, transport: TransportCode.Grpc)),
        ["session"] = new(from => Copy(from, sessionId: TestLink.Fill(0x81, LinkTranscript.HashLength))),
        ["epoch"] = new(from => Copy(from, epoch: from.Epoch + 1)),
        ["communicator"] = new(from => Copy(from, communicatorId: TestLink.Fill(2, 10))),
        ["parameters"] = new(from => Copy(from, parameterHash: TestLink.Fill(0x83, LinkTranscript.HashLength))),
        [KeyAgreement] = new(WithoutMlKem),
        ["medium"] = new(from => Copy(from, medium: MediumCode.Memory)),
        ["channel"] = new(from => Copy(from, channel: (ushort)(from.Channel + 1))),
        ["link"] = new(from => Copy(from, linkId: TestLink.Fill(0x84, 16))),
        ["initiator rank"] = new(from => Copy(from, initiatorRank: from.InitiatorRank - 1)),
        ["responder rank"] = new(from => Copy(from, responderRank: from.ResponderRank + 1)),
        ["lane count"] = new(from => Copy(
            from, laneCount: (ushort)(from.LaneCount + 1), initiatorPositions: [.. from.InitiatorPositions, 0],
                responderPositions: [.. from.ResponderPositions, 0])),
        ["operation"] = new(from => Copy(from, operation: from.Operation + 1)),
        ["cause"] = new(from => Copy(from, cause: LinkCauseCode.Age)),
        ["first link"] = new(from => Copy(from, firstLink: TestLink.Fill(0x89, 16))),
        ["replacement"] = new(from => Copy(from, replacement: from.Replacement + 1)),
        ["initiator positions"] = new(from => Copy(from, initiatorPositions: Advanced(from.InitiatorPositions))),
        ["responder positions"] = new(from => Copy(from, responderPositions: Advanced(from.ResponderPositions))),
        ["initiator leaf"] = new(from => Copy(from, initiatorLeafHash: TestLink.Fill(0x85, LinkTranscript.HashLength))),
        ["responder leaf"] = new(from => Copy(from, responderLeafHash: TestLink.Fill(0x86, LinkTranscript.HashLength))),
        ["initiator key"] = new(from => Copy(from, initiatorOffer: OtherKey(from.InitiatorOffer))),
        ["responder key"] = new(from => Copy(from, responderAnswer: OtherKey(from.ResponderAnswer)), IsOfResponder: true),
        ["encapsulation key"] = new(from => Copy(from, initiatorOffer: OtherEncapsulationKey(from.InitiatorOffer))),
        ["ciphertext"] = new(from => Copy(from, responderAnswer: OtherCiphertext(from.ResponderAnswer)), IsOfResponder: true),
        ["initiator contribution"] = new(from => Copy(from, initiatorOffer: OtherContribution(from.InitiatorOffer))),
        ["responder contribution"] = new(from => Copy(from, responderAnswer: OtherContribution(from.ResponderAnswer)), IsOfResponder: true),
    };

    /// <summary>The names of all fields.</summary>
    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>
    /// The names of all fields in which the ends of a link can differ and still derive keys; with different key agreements they cannot.
    /// </summary>
    public static TheoryData<string> NamesForLinks => [.. All.Keys.Where(static name => name != KeyAgreement)];

    public static LinkTranscript Copy(
        LinkTranscript from,
        byte[]? label = null,
        byte? version = null,
        SuiteCode? suite = null,
        ProtectionCode? protection = null,
        TransportCode? transport = null,
        byte[]? sessionId = null,
        ulong? epoch = null,
        byte[]? communicatorId = null,
        byte[]? parameterHash = null,
        KeyAgreementCode? keyAgreement = null,
        MediumCode? medium = null,
        ushort? channel = null,
        byte[]? linkId = null,
        uint? initiatorRank = null,
        uint? responderRank = null,
        ushort? laneCount = null,
        ulong? operation = null,
        LinkCauseCode? cause = null,
        byte[]? firstLink = null,
        ulong? replacement = null,
        ulong[]? initiatorPositions = null,
        ulong[]? responderPositions = null,
        byte[]? initiatorLeafHash = null,
        byte[]? responderLeafHash = null,
        InitiatorOffer? initiatorOffer = null,
        ResponderAnswer? responderAnswer = null) => new()
        {
            Label = label ?? from.Label,
            Version = version ?? from.Version,
            Suite = suite ?? from.Suite,
            Protection = protection ?? from.Protection,
            Transport = transport ?? from.Transport,
            SessionId = sessionId ?? from.SessionId,
            Epoch = epoch ?? from.Epoch,
            CommunicatorId = communicatorId ?? from.CommunicatorId,
            ParameterHash = parameterHash ?? from.ParameterHash,
            KeyAgreement = keyAgreement ?? from.KeyAgreement,
            Medium = medium ?? from.Medium,
            Channel = channel ?? from.Channel,
            LinkId = linkId ?? from.LinkId,
            InitiatorRank = initiatorRank ?? from.InitiatorRank,
            ResponderRank = responderRank ?? from.ResponderRank,
            LaneCount = laneCount ?? from.LaneCount,
            Operation = operation ?? from.Operation,
            Cause = cause ?? from.Cause,
            FirstLink = firstLink ?? from.FirstLink,
            Replacement = replacement ?? from.Replacement,
            InitiatorPositions = initiatorPositions ?? from.InitiatorPositions,
            ResponderPositions = responderPositions ?? from.ResponderPositions,
            InitiatorLeafHash = initiatorLeafHash ?? from.InitiatorLeafHash,
            ResponderLeafHash = responderLeafHash ?? from.ResponderLeafHash,
            InitiatorOffer = initiatorOffer ?? from.InitiatorOffer,
            ResponderAnswer = responderAnswer ?? from.ResponderAnswer,
        };

    private static ulong[] Advanced(IReadOnlyList<ulong> positions) => [.. positions.SkipLast(1), positions[^1] + 1];

    private static LinkTranscript WithoutMlKem(LinkTranscript from) => Copy(
        from,
        keyAgreement: KeyAgreementCode.P256,
        initiatorOffer: Offer(from.InitiatorOffer.PublicKey, default, from.InitiatorOffer.Contribution),
        responderAnswer: Answer(KeyAgreementCode.P256, from.ResponderAnswer.PublicKey, default, from.ResponderAnswer.Contribution));

    private static InitiatorOffer OtherKey(InitiatorOffer from)
    {
        using var other = EphemeralKey.Create();
        return Offer(other.PublicKey, from.EncapsulationKey, from.Contribution);
    }

    private static ResponderAnswer OtherKey(ResponderAnswer from)
    {
        using var other = EphemeralKey.Create();
        return Answer(from.KeyAgreement, other.PublicKey, from.Ciphertext, from.Contribution);
    }

    private static InitiatorOffer OtherEncapsulationKey(InitiatorOffer from)
    {
        using var other = MlKem768.Create();
        return Offer(from.PublicKey, other.EncapsulationKey, from.Contribution);
    }

    private static ResponderAnswer OtherCiphertext(ResponderAnswer from)
    {
        var changed = from.Ciphertext.ToArray();
        changed[0] ^= 1;
        return Answer(from.KeyAgreement, from.PublicKey, changed, from.Contribution);
    }

    private static InitiatorOffer OtherContribution(InitiatorOffer from) =>
        Offer(from.PublicKey, from.EncapsulationKey, TestLink.Fill(0x87, KeySchedule.ContributionLength));

    private static ResponderAnswer OtherContribution(ResponderAnswer from) =>
        Answer(from.KeyAgreement, from.PublicKey, from.Ciphertext, TestLink.Fill(0x88, KeySchedule.ContributionLength));

    private static InitiatorOffer Offer(
        ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> encapsulationKey, ReadOnlySpan<byte> contribution) =>
        InitiatorOffer.TryRead(publicKey.Span, encapsulationKey.Span, contribution, out var offer)
            ? offer
            : throw new InvalidOperationException("The test's offer is invalid.");

    private static ResponderAnswer Answer(
        KeyAgreementCode keyAgreement, ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> ciphertext, ReadOnlySpan<byte> contribution) =>
        ResponderAnswer.TryRead(keyAgreement, publicKey.Span, ciphertext.Span, contribution, out var answer)
            ? answer
            : throw new InvalidOperationException("The test's answer is invalid.");
}
