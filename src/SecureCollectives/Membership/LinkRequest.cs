using System.Diagnostics;
using System.Text;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A request for a link of a communicator. Both ends use the same fields.</summary>
/// <param name="Roster">The roster of the job.</param>
/// <param name="Self">The identity of this worker.</param>
/// <param name="Peer">The rank at the other end.</param>
/// <param name="CommunicatorId">The communicator's id.</param>
/// <param name="Parameters">The communicator's parameters.</param>
/// <param name="Engines">The engines that seal and open here; the peer chooses its own.</param>
internal sealed record LinkRequest(
    JobRoster Roster, WorkerId Self, int Peer, string CommunicatorId, GroupParameters Parameters, AeadEngines Engines)
{
    /// <summary>The channel of the communicator to which the link belongs.</summary>
    public ushort Channel { get; init; }

    public LinkKey Key => new(CommunicatorId, Channel, Peer);

    /// <summary>The link's name in messages: the communicator and, if it has several channels, the channel number.</summary>
    public string Name => Parameters.Channels == 1 ? CommunicatorId : $"{CommunicatorId}/{Channel}";

    /// <summary>The link that this one replaces; null for the first link.</summary>
    public ReplacedLink? Replaces { get; init; }

    /// <summary>This worker's receive positions, one per lane.</summary>
    public LinkPositions Positions { get; init; } = LinkPositions.None(Parameters.LaneCount);

    /// <summary>Why the link is being opened.</summary>
    public LinkCauseCode Cause => Replaces?.Cause ?? LinkCauseCode.Opening;

    /// <summary>The first operation that the link carries: 0 for the first link, otherwise the one at which it replaces another.</summary>
    public ulong Operation => Replaces?.Operation ?? 0;

    /// <summary>Whether this worker initiates the link, as the lower of the two ranks in the job does.</summary>
    public bool Initiates => Self.Rank < Peer;

    public RosterMember PeerMember => Roster.Members[Peer];

    /// <summary>Adds the attributes of the link to an activity.</summary>
    public void Describe(Activity activity)
    {
        activity.SetTag(Attributes.Communicator, CommunicatorId);
        activity.SetTag(Attributes.Session, CommunicatorTelemetry.Name(Roster.SessionId.Span));
        activity.SetTag(Attributes.Rank, Self.Rank);
        activity.SetTag(Attributes.Peer, Peer);
    }

    /// <summary>Returns the exception for a peer that did not open the communicator in time.</summary>
    public MembershipException NotOpened(TimeSpan timeout, Exception? innerException = null) => new(
        MembershipError.MissingRanks,
        $"Rank {Peer} did not open communicator '{CommunicatorId}' within {timeout.TotalSeconds:0.###} s; "
            + "all ranks must open the same communicators.",
        innerException);

    /// <summary>Returns the link's transcript, which must be identical on both sides.</summary>
    /// <param name="linkId">The id of the link.</param>
    /// <param name="own">This side's certificate as presented in the handshake.</param>
    /// <param name="peer">The peer's certificate as observed in the handshake.</param>
    /// <param name="offer">The initiator's offer.</param>
    /// <param name="answer">The responder's answer.</param>
    /// <param name="peerPositions">The receive positions that the peer reported, one per lane.</param>
    /// <param name="medium">The medium of the link's lanes.</param>
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
