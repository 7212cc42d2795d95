using Google.Protobuf;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Membership;

/// <summary>The responder's answer in the reply of Worker.OpenLink.</summary>
internal static class AnswerMessage
{
    /// <summary>Creates the reply. The reply copies the contribution, and that copy cannot be erased.</summary>
    public static OpenLinkReply Create(ReadOnlySpan<byte> linkId, ResponderAnswer answer, LanePlace lanes, LinkPositions positions) => new()
    {
        LinkId = ByteString.CopyFrom(linkId),
        Contribution = ByteString.CopyFrom(answer.Contribution),
        PublicKey = ByteString.CopyFrom(answer.PublicKey.Span),
        Ciphertext = ByteString.CopyFrom(answer.Ciphertext.Span),
        LaneEndpoint = lanes.EndPoint.ToString(),
        MemoryName = lanes.SocketName,
        Positions = { positions.Applied },
    };

    /// <summary>Reads the answer to a request.</summary>
    /// <param name="reply">The untrusted reply.</param>
    /// <param name="request">The request.</param>
    /// <param name="mayShareMemory">Whether the request offered shared memory.</param>
    /// <param name="lanes">The address to which the lanes connect.</param>
    /// <exception cref="MembershipException">The peer violated the protocol.</exception>
    public static ResponderAnswer Read(OpenLinkReply reply, LinkRequest request, bool mayShareMemory, out LanePlace lanes)
    {
        if (HostPort.TryParse(reply.LaneEndpoint, out var endPoint)
            && (reply.MemoryName.Length == 0 || (mayShareMemory && UnixAcceptor.IsName(reply.MemoryName)))
            && reply.LinkId.Length == LaneHello.LinkIdLength
            && reply.Positions.Count == request.Parameters.LaneCount
            && (request.Replaces is not null || reply.Positions.All(static position => position == 0))
            && ResponderAnswer.TryRead(
                request.Parameters.KeyAgreement, reply.PublicKey.Span, reply.Ciphertext.Span, reply.Contribution.Span, out var answer))
        {
            lanes = new LanePlace(endPoint, reply.MemoryName);
            return answer;
        }

        throw new MembershipException(
            MembershipError.Untrusted, $"Rank {request.Peer} answered OpenLink with malformed fields; it may run another version.");
    }
}
