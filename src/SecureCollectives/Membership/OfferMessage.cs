using System.Diagnostics.CodeAnalysis;
using System.Text;
using Google.Protobuf;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Membership;

/// <summary>An initiator's offer as Worker.OpenLink carries it.</summary>
internal static class OfferMessage
{
    /// <summary>The message holds copies: the contribution in it cannot be erased.</summary>
    public static OpenLinkRequest Create(LinkRequest request, InitiatorOffer offer) => new()
    {
        SessionId = ByteString.CopyFrom(request.Roster.SessionId.Span),
        Epoch = request.Roster.Epoch,
        CommunicatorId = request.CommunicatorId,
        Parameters = request.Parameters.List.ToString(),
        InitiatorRank = (uint)request.Self.Rank,
        ResponderRank = (uint)request.Peer,
        Contribution = ByteString.CopyFrom(offer.Contribution),
        PublicKey = ByteString.CopyFrom(offer.PublicKey.Span),
        EncapsulationKey = ByteString.CopyFrom(offer.EncapsulationKey.Span),
        Operation = request.Operation,
    };

    /// <summary>Reads a peer's offer, once the fields that stand by themselves are well-formed.</summary>
    public static bool TryRead(OpenLinkRequest request, [NotNullWhen(true)] out InitiatorOffer? offer)
    {
        offer = null;
        return request.ResumePosition == 0
            && Encoding.UTF8.GetByteCount(request.CommunicatorId) is > 0 and <= LinkTranscript.MaxCommunicatorIdLength
            && InitiatorOffer.TryRead(request.PublicKey.Span, request.EncapsulationKey.Span, request.Contribution.Span, out offer);
    }
}
