using System.Diagnostics;
using System.Text;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>One link of a communicator as this worker wants it; both sides of it are made from the same fields.</summary>
/// <param name="Roster">The job's membership.</param>
/// <param name="Self">This worker.</param>
/// <param name="Peer">The rank at the other end.</param>
/// <param name="CommunicatorId">The communicator's id.</param>
/// <param name="Parameters">Its group parameters.</param>
/// <param name="Engines">What seals and opens here; the peer has its own.</param>
internal sealed record LinkRequest(
    JobRoster Roster, WorkerId Self, int Peer, string CommunicatorId, GroupParameters Parameters, AeadEngines Engines)
{
    /// <summary>The channel of the communicator that it belongs to.</summary>
    public ushort Channel { get; init; }

    public LinkKey Key => new(CommunicatorId, Channel, Peer);

    /// <summary>What the link joins, for people: the communicator and, where it has several, the channel.</summary>
    public string Name => Parameters.Channels == 1 ? CommunicatorId : $"{CommunicatorId}/{Channel}";

    /// <summary>What the link replaces; null where it is the first.</summary>
    public ReplacedLink? Replaces { get; init; }

    /// <summary>How far this worker has received.</summary>
    public LinkPositions Positions { get; init; } = LinkPositions.None(Parameters.LaneCount);

    /// <summary>Why it is opened.</summary>
    public LinkCauseCode Cause => Replaces?.Cause ?? LinkCauseCode.Opening;

    /// <summary>The first operation that it carries: the opening's barrier, or the one at which it replaces another.</summary>
    public ulong Operation => Replaces?.Operation ?? 0;

    /// <summary>The lower certificate rank initiates.</summary>
    public bool Initiates => Self.Rank < Peer;

    public RosterMember PeerMember => Roster.Members[Peer];

    /// <summary>Says in an activity which link it is.</summary>
    public void Describe(Activity activity)
    {
        activity.SetTag(Attributes.Communicator, CommunicatorId);
        activity.SetTag(Attributes.Session, CommunicatorTelemetry.Name(Roster.SessionId.Span));
        activity.SetTag(Attributes.Rank, Self.Rank);
        activity.SetTag(Attributes.Peer, Peer);
    }

    /// <summary>The peer did not open the communicator in time.</summary>
    public MembershipException NotOpened(TimeSpan timeout, Exception? innerException = null) => new(
        MembershipError.MissingRanks,
        $"Rank {Peer} did not open communicator '{CommunicatorId}' within {timeout.TotalSeconds:0.###} s; "
            + "all ranks must open the same communicators.",
        innerException);

    /// <summary>What both sides must have seen alike.</summary>
    /// <param name="linkId">The link's id.</param>
    /// <param name="own">This side's certificate as presented in the handshake.</param>
    /// <param name="peer">The peer's as observed in it.</param>
    /// <param name="offer">The initiator's.</param>
    /// <param name="answer">The responder's.</param>
    /// <param name="peerPositions">How far the peer says it has received.</param>
    /// <param name="medium">Where its lanes go.</param>
    public LinkTranscript Transcript(
        ReadOnlyMemory<byte> linkId, PeerIdentity own, PeerIdentity peer, InitiatorOffer offer, ResponderAnswer answer,
            LinkPositions peerPositions, MediumCode medium) => new()
            {
                Suite = Parameters.Suite,
                Protection = Parameters.Protection,
                Transport = Parameters.Transport,
                SessionId = Roster.SessionId,
                Epoch = Roster.Epoch,
                CommunicatorId = Encoding.UTF8.GetBytes(CommunicatorId),
                ParameterHash = Parameters.List.Hash(),
                KeyAgreement = Parameters.KeyAgreement,
                Medium = medium,
                Channel = Channel,
                LinkId = linkId,
                InitiatorRank = (uint)Math.Min(Self.Rank, Peer),
                ResponderRank = (uint)Math.Max(Self.Rank, Peer),
                LaneCount = Parameters.LaneCount,
                Operation = Operation,
                Cause = Cause,
                FirstLink = Replaces?.FirstLink ?? default,
                Replacement = Replaces?.Number ?? 0,
                InitiatorPositions = (Initiates ? Positions : peerPositions).Applied,
                ResponderPositions = (Initiates ? peerPositions : Positions).Applied,
                InitiatorLeafHash = (Initiates ? own : peer).LeafHash,
                ResponderLeafHash = (Initiates ? peer : own).LeafHash,
                InitiatorOffer = offer,
                ResponderAnswer = answer,
            };
}
