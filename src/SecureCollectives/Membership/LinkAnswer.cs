using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>
/// A responder's answer to an offer that it has checked: the pending link, whose lanes may now connect, and the reply.
/// </summary>
/// <param name="Pending">The link that awaits its lanes. Holds the link's keys.</param>
/// <param name="Listener">The listener that accepts its lanes.</param>
/// <param name="Reply">The reply to the caller.</param>
internal sealed record LinkAnswer(PendingLink Pending, ILaneListener Listener, OpenLinkReply Reply)
{
    /// <summary>Stops accepting the link's lanes, and erases its keys.</summary>
    public void GiveUp()
    {
        Listener.Forget(Pending);
        Pending.Dispose();
    }

    /// <summary>Agrees on the keys of a link.</summary>
    /// <param name="link">This worker's request for the link.</param>
    /// <param name="call">The call, with an offer for the link's key agreement.</param>
    /// <param name="routes">The routes to this worker.</param>
    public static LinkAnswer To(LinkRequest link, OpenLinkCall call, LaneRoutes routes)
    {
        var linkId = RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength);
        var medium = routes.Choose(call.HostMark.Span);
        using var agreement = ResponderAgreement.Create(call.Offer);

        // Create the reply before the keys are derived, because deriving them erases the answer's contribution.
        var place = new LanePlace(routes.EndPoint, medium == MediumCode.Memory ? routes.Memory!.SocketName : string.Empty);
        var reply = AnswerMessage.Create(linkId, agreement.Answer, place, link.Positions);
        var transcript = link.Transcript(linkId, call.Own, call.Caller, call.Offer, agreement.Answer, call.Positions, medium);
        var keys = LinkKeys.Derive(transcript, agreement, link.Engines);
        var pending = new PendingLink(linkId, keys, link.Parameters.LaneCount, link.Peer,
            link.Parameters.Protection.UsesTls ? call.Caller.LeafHash : default)
        { Medium = medium };
        return new LinkAnswer(pending, routes.Listener(medium), reply);
    }
}
