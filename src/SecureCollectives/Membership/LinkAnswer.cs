using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>
/// What a responder makes of an offer that it has checked: the link whose lanes may connect now, and the reply that says so.
/// </summary>
/// <param name="Pending">Holds the link's keys.</param>
/// <param name="Listener">What accepts its lanes.</param>
/// <param name="Reply">To the caller.</param>
internal sealed record LinkAnswer(PendingLink Pending, ILaneListener Listener, OpenLinkReply Reply)
{
    /// <summary>Its lanes connect no more, and its keys are erased.</summary>
    public void GiveUp()
    {
        Listener.Forget(Pending);
        Pending.Dispose();
    }

    /// <summary>Agrees on the keys of a link.</summary>
    /// <param name="link">The link as this worker wants it.</param>
    /// <param name="call">The call, with an offer for the link's key agreement.</param>
    /// <param name="routes">The ways to this worker.</param>
    public static LinkAnswer To(LinkRequest link, OpenLinkCall call, LaneRoutes routes)
    {
        var linkId = RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength);
        var medium = routes.Choose(call.HostMark.Span);
        using var agreement = ResponderAgreement.Create(call.Offer);

        // Before the keys are derived, which erases the answer's contribution.
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
