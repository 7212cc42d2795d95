using System.Text;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Membership;

/// <summary>One link of a communicator as this worker wants it; both sides of it are made from the same fields.</summary>
/// <param name="Roster">The job's membership.</param>
/// <param name="Self">This worker.</param>
/// <param name="Peer">The rank at the other end.</param>
/// <param name="CommunicatorId">The communicator's id.</param>
/// <param name="Parameters">Its group parameters.</param>
/// <param name="Engines">What seals and opens here; the peer has its own.</param>
/// <param name="Operation">The first operation that the link carries: 0 when the communicator opens, a later one for a link that replaces another.</param>
internal sealed record LinkRequest(
    JobRoster Roster, WorkerId Self, int Peer, string CommunicatorId, GroupParameters Parameters, AeadEngines Engines, ulong Operation = 0)
{
    /// <summary>What brings the two sides together.</summary>
    public (string CommunicatorId, int Peer, ulong Operation) Key => (CommunicatorId, Peer, Operation);

    /// <summary>The lower certificate rank initiates.</summary>
    public bool Initiates => Self.Rank < Peer;

    public RosterMember PeerMember => Roster.Members[Peer];

    /// <summary>The peer did not open the communicator in time.</summary>
    public MembershipException NotOpened(TimeSpan timeout, Exception? innerException = null) => new(
        MembershipError.MissingRanks,
        $"Rank {Peer} did not open communicator '{CommunicatorId}' within {timeout.TotalSeconds:0.###} s; all ranks must open the same communicators.",
        innerException);

    /// <summary>What both sides must have seen alike.</summary>
    public LinkTranscript Transcript(ReadOnlyMemory<byte> linkId, ReadOnlyMemory<byte> ownLeafHash, ReadOnlyMemory<byte> peerLeafHash, InitiatorOffer offer, ResponderAnswer answer) => new()
    {
        Suite = Parameters.Suite,
        Protection = Parameters.Protection,
        Transport = Parameters.Transport,
        SessionId = Roster.SessionId,
        Epoch = Roster.Epoch,
        CommunicatorId = Encoding.UTF8.GetBytes(CommunicatorId),
        ParameterHash = Parameters.List.Hash(),
        KeyAgreement = Parameters.KeyAgreement,
        LinkId = linkId,
        InitiatorRank = (uint)Math.Min(Self.Rank, Peer),
        ResponderRank = (uint)Math.Max(Self.Rank, Peer),
        LaneCount = Parameters.LaneCount,
        Operation = Operation,
        InitiatorLeafHash = Initiates ? ownLeafHash : peerLeafHash,
        ResponderLeafHash = Initiates ? peerLeafHash : ownLeafHash,
        InitiatorOffer = offer,
        ResponderAnswer = answer,
    };
}
