using System.Diagnostics.CodeAnalysis;
using System.Text;
using Google.Protobuf;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Membership;

/// <summary>The initiator's offer in the request of Worker.OpenLink.</summary>
internal static class OfferMessage
{
    /// <summary>Creates the request. It holds copies, so its contribution cannot be erased.</summary>
    public static OpenLinkRequest Create(LinkRequest request, InitiatorOffer offer, ReadOnlyMemory<byte> hostMark) => new()
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
        MemoryHost = ByteString.CopyFrom(hostMark.Span),
        Operation = request.Operation,
        Positions = { request.Positions.Applied },
        Cause = (uint)request.Cause,
        FirstLink = request.Replaces is { } replaced ? ByteString.CopyFrom(replaced.FirstLink.Span) : ByteString.Empty,
        Replacement = request.Replaces?.Number ?? 0,
        Channel = request.Channel,
    };

    /// <summary>Reads a peer's offer. Fails unless every field that can be checked on its own is well-formed.</summary>
    public static bool TryRead(OpenLinkRequest request, [NotNullWhen(true)] out InitiatorOffer? offer)
    {
        offer = null;
        return IsOpeningOrReplacement(request)
            && (request.MemoryHost.Length is 0 or HostMark.Length)
            && request.Positions.Count is > 0 and <= LinkTranscript.MaxLaneCount
            && request.Channel <= GroupParameters.LastChannel
            && Encoding.UTF8.GetByteCount(request.CommunicatorId) is > 0 and <= LinkTranscript.MaxCommunicatorIdLength
            && InitiatorOffer.TryRead(request.PublicKey.Span, request.EncapsulationKey.Span, request.Contribution.Span, out offer);
    }

    /// <summary>
    /// Checks that the request is either for a first link, which names no earlier link and has received nothing, or for a replacement.
    /// </summary>
    private static bool IsOpeningOrReplacement(OpenLinkRequest request) => request.Replacement == 0
        ? request.Cause == (uint)LinkCauseCode.Opening && request.Channel < GroupParameters.MaxChannels && request.FirstLink.IsEmpty
            && request.Operation == 0 && request.Positions.All(static position => position == 0)
        : ReplacedLink.IsCause(request.Cause) && request.FirstLink.Length == LaneHello.LinkIdLength && request.Operation <= long.MaxValue;
}
