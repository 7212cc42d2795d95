using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>What a responder makes of an offer that it has checked: the link whose lanes may connect now, and the reply that says so.</summary>
/// <param name="Pending">Holds the link's keys.</param>
/// <param name="Reply">To the caller.</param>
internal sealed record LinkAnswer(PendingLink Pending, OpenLinkReply Reply)
{
    /// <summary>Agrees on the keys of a link.</summary>
    /// <param name="link">The link as this worker wants it.</param>
    /// <param name="offer">The caller's offer, for the link's key agreement.</param>
    /// <param name="own">This side's certificate as presented in this handshake.</param>
    /// <param name="caller">The caller's as observed in it.</param>
    /// <param name="callerPositions">How far the caller says it has received.</param>
    /// <param name="lanes">Where the lanes connect.</param>
    public static LinkAnswer To(LinkRequest link, InitiatorOffer offer, PeerIdentity own, PeerIdentity caller, LinkPositions callerPositions, HostPort lanes)
    {
        var linkId = RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength);
        using var agreement = ResponderAgreement.Create(offer);

        // Before the keys are derived, which erases the answer's contribution.
        var reply = AnswerMessage.Create(linkId, agreement.Answer, lanes, link.Positions);
        var keys = LinkKeys.Derive(link.Transcript(linkId, own, caller, offer, agreement.Answer, callerPositions), agreement, link.Engines);
        var pending = new PendingLink(linkId, keys, link.Parameters.LaneCount, link.Peer, link.Parameters.Protection.UsesTls ? caller.LeafHash : default);
        return new LinkAnswer(pending, reply);
    }
}
