using System.Diagnostics;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>One attempt of an initiator to open a link: OpenLink on a connection of its own, then the lanes.</summary>
/// <param name="control">Calls the peer.</param>
/// <param name="transport">Connects the lanes.</param>
internal sealed class LinkAttempt(ControlPlane control, LaneTransport transport)
{
    /// <summary>A reply takes less than 2 KiB, and with as many lanes as there can be less than 5.</summary>
    private const int MaxReplyBytes = 8 << 10;

    /// <param name="peer">The peer.</param>
    /// <param name="prepare">Makes the request, once the peer is connected and has proved who it is.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="Grpc.Core.RpcException">The peer could not be called, or refused.</exception>
    /// <exception cref="LaneConnectException">A lane could not be connected.</exception>
    /// <exception cref="MembershipException">The peer does not follow the protocol.</exception>
    public async Task<AnsweredLink> OpenAsync(RosterMember peer, Func<Task<LinkRequest>> prepare, CancellationToken cancellationToken)
    {
        InitiatorAgreement? agreement = null;
        try
        {
            LinkRequest request;
            OpenLinkReply reply;
            PeerIdentity own;
            PeerIdentity other;
            var connection = await control.ConnectAsync(peer.EndPoint, peer.Id, MaxReplyBytes, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                request = await prepare().ConfigureAwait(false);
                agreement = InitiatorAgreement.Create(request.Parameters.KeyAgreement);
                var message = OfferMessage.Create(request, agreement.Offer);
                reply = await connection.CallAsync(
                    calls => new Worker.WorkerClient(calls).OpenLinkAsync(message, cancellationToken: cancellationToken).ResponseAsync,
                    cancellationToken).ConfigureAwait(false);

                // As presented and observed in this very handshake: a certificate renewed meanwhile must not get into the transcript.
                own = PeerIdentity.Of(connection.Peer.OwnCertificate ?? throw new UnreachableException("TLS was made without our certificate."));
                other = PeerIdentity.Of(connection.Peer.PeerCertificate ?? throw new UnreachableException("TLS was made without the peer's certificate."));
            }

            var positions = new LinkPositions([.. reply.Positions]);
            using var keys = Derive(request, agreement, reply, own, other, positions, out var lanes);
            var link = await ConnectAsync(request, keys, new LaneAcceptor(lanes.Host, lanes.Port, other), cancellationToken).ConfigureAwait(false);
            return new AnsweredLink(new OpenedLink(link, reply.LinkId.Memory, LinkCertificates.Of(own, other)), positions);
        }
        finally
        {
            agreement?.Dispose();
        }
    }

    private static LinkKeys Derive(
        LinkRequest request,
        InitiatorAgreement agreement,
        OpenLinkReply reply,
        PeerIdentity own,
        PeerIdentity peer,
        LinkPositions peerPositions,
        out HostPort lanes)
    {
        using var answer = AnswerMessage.Read(reply, request, out lanes);
        return LinkKeys.Derive(request.Transcript(reply.LinkId.Memory, own, peer, agreement.Offer, answer, peerPositions), agreement, request.Engines);
    }

    private async Task<Link> ConnectAsync(LinkRequest request, LinkKeys keys, LaneAcceptor acceptor, CancellationToken cancellationToken)
    {
        var connected = new List<LinkLane>();
        try
        {
            for (ushort lane = 0; lane < request.Parameters.LaneCount; lane++)
            {
                var connection = await transport.ConnectAsync(acceptor, keys, lane, cancellationToken).ConfigureAwait(false);
                connected.Add(new LinkLane(connection, keys.CreateSealer(lane), keys.CreateOpener(lane)));
            }
        }
        catch
        {
            connected.ForEach(lane => lane.Dispose());
            throw;
        }

        return new Link(request.Peer, connected);
    }
}
