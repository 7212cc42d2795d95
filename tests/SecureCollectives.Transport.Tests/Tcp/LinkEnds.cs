using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>A link between the time when its keys are agreed and the time when its lanes connect, with both of its ends.</summary>
internal sealed class LinkEnds : IDisposable
{
    public const ushort LaneCount = 2;
    private const uint InitiatorRank = 0;
    private const uint ResponderRank = 1;

    /// <summary>Of no consequence where lanes have no TLS of their own.</summary>
    public static PeerIdentity ResponderIdentity { get; } = new(WorkerId.Create("test.example", "job-a", (int)ResponderRank), default, default);

    private LinkEnds(LinkKeys initiator, PendingLink responder)
    {
        Initiator = initiator;
        Responder = responder;
    }

    /// <summary>The connecting side's keys.</summary>
    public LinkKeys Initiator { get; }

    /// <summary>The accepting side; owns its keys.</summary>
    public PendingLink Responder { get; }

    /// <param name="leafHash">The certificate that connections must prove in TLS of their own; empty without.</param>
    public static LinkEnds Agree(ReadOnlyMemory<byte> leafHash = default)
    {
        using var initiatorKey = EphemeralKey.Create();
        using var responderKey = EphemeralKey.Create();
        var transcript = new LinkTranscript
        {
            Suite = SuiteCode.Aes256Gcm,
            Protection = ProtectionCode.Aead,
            Transport = TransportCode.Tcp,
            SessionId = new byte[LinkTranscript.HashLength],
            Epoch = 1,
            CommunicatorId = "test"u8.ToArray(),
            ParameterHash = new byte[LinkTranscript.HashLength],
            LinkId = RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength),
            InitiatorRank = InitiatorRank,
            ResponderRank = ResponderRank,
            LaneCount = LaneCount,
            InitiatorLeafHash = new byte[LinkTranscript.HashLength],
            ResponderLeafHash = new byte[LinkTranscript.HashLength],
            InitiatorOffer = LinkOffer.Create(initiatorKey),
            ResponderOffer = LinkOffer.Create(responderKey),
        };
        return new LinkEnds(
            LinkKeys.Derive(transcript, initiatorKey, InitiatorRank),
            new PendingLink(transcript.LinkId, LinkKeys.Derive(transcript, responderKey, ResponderRank), LaneCount, (int)InitiatorRank, leafHash));
    }

    /// <summary>The initiator's hello for a lane.</summary>
    public byte[] Hello(ushort lane)
    {
        var hello = new byte[LaneHello.Length];
        Initiator.WriteHello(lane, hello);
        return hello;
    }

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
