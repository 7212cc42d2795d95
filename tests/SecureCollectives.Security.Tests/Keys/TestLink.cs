using System.Security.Cryptography;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Security.Tests.Keys;

/// <summary>Both ends of a link, derived as two workers would: each from its own transcript.</summary>
internal sealed class TestLink : IDisposable
{
    public const uint InitiatorRank = 2;
    public const uint ResponderRank = 5;
    public const ushort LaneCount = 3;

    private TestLink(LinkKeys initiator, LinkKeys responder)
    {
        Initiator = initiator;
        Responder = responder;
    }

    public LinkKeys Initiator { get; }

    public LinkKeys Responder { get; }

    /// <param name="suite">The suite; none stands for plaintext.</param>
    /// <param name="responderSees">What the responder's transcript has instead of the initiator's.</param>
    /// <param name="initiatorEngines">The initiator's engines; OpenSSL's if null.</param>
    /// <param name="responderEngines">The responder's.</param>
    public static TestLink Open(
        SuiteCode suite = SuiteCode.Aes256Gcm,
        Func<LinkTranscript, LinkTranscript>? responderSees = null,
        AeadEngines? initiatorEngines = null,
        AeadEngines? responderEngines = null)
    {
        using var initiatorKey = EphemeralKey.Create();
        using var responderKey = EphemeralKey.Create();
        var transcript = Transcript(suite, LinkOffer.Create(initiatorKey), LinkOffer.Create(responderKey));
        return new TestLink(
            LinkKeys.Derive(transcript, initiatorKey, transcript.InitiatorRank, initiatorEngines),
            LinkKeys.Derive(responderSees?.Invoke(transcript) ?? transcript, responderKey, ResponderRank, responderEngines));
    }

    public static LinkTranscript Transcript(SuiteCode suite, LinkOffer initiator, LinkOffer responder) => new()
    {
        Suite = suite,
        Protection = suite == SuiteCode.None ? ProtectionCode.UnsafePlaintext : ProtectionCode.Aead,
        Transport = TransportCode.Tcp,
        SessionId = Fill(1, LinkTranscript.HashLength),
        Epoch = 1,
        CommunicatorId = Fill(2, 9),
        ParameterHash = Fill(3, LinkTranscript.HashLength),
        LinkId = RandomNumberGenerator.GetBytes(16),
        InitiatorRank = InitiatorRank,
        ResponderRank = ResponderRank,
        LaneCount = LaneCount,
        InitiatorLeafHash = Fill(4, LinkTranscript.HashLength),
        ResponderLeafHash = Fill(5, LinkTranscript.HashLength),
        InitiatorOffer = initiator,
        ResponderOffer = responder,
    };

    public static byte[] Fill(byte value, int length) => [.. Enumerable.Repeat(value, length)];

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
