using Google.Protobuf;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>A responder's answer as Worker.OpenLink carries it back.</summary>
internal static class AnswerMessage
{
    /// <summary>The message holds copies: the contribution in it cannot be erased.</summary>
    public static OpenLinkReply Create(ReadOnlySpan<byte> linkId, ResponderAnswer answer, HostPort lanes, LinkPositions positions) => new()
    {
        LinkId = ByteString.CopyFrom(linkId),
        Contribution = ByteString.CopyFrom(answer.Contribution),
        PublicKey = ByteString.CopyFrom(answer.PublicKey.Span),
        Ciphertext = ByteString.CopyFrom(answer.Ciphertext.Span),
        LaneEndpoint = lanes.ToString(),
        Positions = { positions.Applied },
    };

    /// <summary>Reads the answer to a request, and where the lanes connect.</summary>
    /// <exception cref="MembershipException">The peer does not follow the protocol.</exception>
    public static ResponderAnswer Read(OpenLinkReply reply, LinkRequest request, out HostPort lanes)
    {
        if (HostPort.TryParse(reply.LaneEndpoint, out var endPoint)
            && reply.LinkId.Length == LaneHello.LinkIdLength
            && reply.Positions.Count == request.Parameters.LaneCount
            && (request.Replaces is not null || reply.Positions.All(static position => position == 0))
            && ResponderAnswer.TryRead(request.Parameters.KeyAgreement, reply.PublicKey.Span, reply.Ciphertext.Span, reply.Contribution.Span, out var answer))
        {
            lanes = endPoint;
            return answer;
        }

        throw new MembershipException(MembershipError.Untrusted, $"Rank {request.Peer} answered OpenLink with malformed fields; it may run another version.");
    }
}
