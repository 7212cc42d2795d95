using BenchmarkDotNet.Attributes;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Microbenchmarks;

/// <summary>
/// Benchmarks of the computation at both ends of a link until they have its keys, without the network and TLS between them: the initiator's
/// key generation, the responder's checks and answer, the initiator's decapsulation, and the derivation of one lane's keys on each side.
/// The initiator's and the responder's parts are also measured separately.
/// </summary>
[MemoryDiagnoser]
public class LinkKeyBenchmarks : IDisposable
{
    private const uint InitiatorRank = 0;
    private const uint ResponderRank = 1;

    private readonly byte[] _hash = new byte[LinkTranscript.HashLength];
    private readonly byte[] _linkId = new byte[LaneHello.LinkIdLength];
    private InitiatorAgreement? _initiator;

    /// <summary>The key agreement's name in the parameters of a communicator.</summary>
    [Params(nameof(KeyAgreementCode.P256), nameof(KeyAgreementCode.SecP256r1MLKEM768))]
    public string KeyAgreement { get; set; } = string.Empty;

    private KeyAgreementCode Code => Enum.Parse<KeyAgreementCode>(KeyAgreement);

    [GlobalSetup]
    public void Prepare() => _initiator = InitiatorAgreement.Create(Code);

    [GlobalCleanup]
    public void Dispose()
    {
        _initiator?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The initiator's part: key generation.</summary>
    [Benchmark]
    public void Offer() => InitiatorAgreement.Create(Code).Dispose();

    /// <summary>The responder's part: checking an offer, key generation, ECDH, encapsulation.</summary>
    [Benchmark]
    public void Answer()
    {
        using var offer = Read(_initiator!.Offer);
        ResponderAgreement.Create(offer).Dispose();
    }

    /// <summary>The work of both ends.</summary>
    [Benchmark]
    public void OpenLink()
    {
        using var initiator = InitiatorAgreement.Create(Code);
        using var offer = Read(initiator.Offer);
        using var responder = ResponderAgreement.Create(offer);
        using var answer = Read(responder.Answer);
        LinkKeys.Derive(Transcript(offer, responder.Answer), responder).Dispose();
        LinkKeys.Derive(Transcript(initiator.Offer, answer), initiator).Dispose();
    }

    private static InitiatorOffer Read(InitiatorOffer offer) =>
        InitiatorOffer.TryRead(offer.PublicKey.Span, offer.EncapsulationKey.Span, offer.Contribution, out var read)
            ? read
            : throw new InvalidOperationException("The offer was refused.");

    private static ResponderAnswer Read(ResponderAnswer answer) =>
        ResponderAnswer.TryRead(answer.KeyAgreement, answer.PublicKey.Span, answer.Ciphertext.Span, answer.Contribution, out var read)
            ? read
            : throw new InvalidOperationException("The answer was refused.");

    private LinkTranscript Transcript(InitiatorOffer offer, ResponderAnswer answer) => new()
    {
        Suite = SuiteCode.Aes256Gcm,
        Protection = ProtectionCode.Aead,
        Transport = TransportCode.Tcp,
        SessionId = _hash,
        Epoch = 1,
        CommunicatorId = "gradients"u8.ToArray(),
        ParameterHash = _hash,
        KeyAgreement = Code,
        LinkId = _linkId,
        InitiatorRank = InitiatorRank,
        ResponderRank = ResponderRank,
        LaneCount = 1,
        Operation = 0,
        InitiatorLeafHash = _hash,
        ResponderLeafHash = _hash,
        InitiatorOffer = offer,
        ResponderAnswer = answer,
    };
}
