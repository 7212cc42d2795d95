using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Membership;

/// <summary>Makes an initiator's attempts to open a link. Each calls OpenLink on its own connection, then connects the lanes.</summary>
/// <param name="control">Calls the peer.</param>
/// <param name="routes">The routes by which the lanes may connect.</param>
/// <param name="logger">The log.</param>
internal sealed class LinkAttempt(ControlPlane control, LaneRoutes routes, ILogger logger)
{
    /// <summary>A reply takes less than 2 KiB, or less than 5 KiB with the maximum number of lanes.</summary>
    private const int MaxReplyBytes = 8 << 10;

    /// <summary>Peers to which a shared-memory lane could not be connected; from then on, they are reached over the network.</summary>
    private readonly ConcurrentDictionary<int, bool> _overNetwork = [];

    /// <summary>Makes one attempt.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="prepare">Creates the request, once the peer is connected and authenticated.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed, or the peer refused it.</exception>
    /// <exception cref="LaneConnectException">A lane could not be connected.</exception>
    /// <exception cref="MembershipException">The peer violated the protocol.</exception>
    public async Task<AnsweredLink> OpenAsync(RosterMember peer, Func<Task<LinkRequest>> prepare, CancellationToken cancellationToken)
    {
        InitiatorAgreement? agreement = null;
        try
        {
            LinkRequest request;
            OpenLinkReply reply;
            var hostMark = _overNetwork.ContainsKey(peer.Id.Rank) ? default : routes.HostMark;
            PeerIdentity own;
            PeerIdentity other;
            var connection = await control.ConnectAsync(peer.EndPoint, peer.Id, MaxReplyBytes, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                request = await prepare().ConfigureAwait(false);
                agreement = InitiatorAgreement.Create(request.Parameters.KeyAgreement);
                var message = OfferMessage.Create(request, agreement.Offer, hostMark);
                reply = await connection.CallAsync(
                    calls => new Worker.WorkerClient(calls).OpenLinkAsync(message, cancellationToken: cancellationToken).ResponseAsync,
                    cancellationToken).ConfigureAwait(false);

                // Use the certificates from this handshake: one renewed in the meantime must not enter the transcript.
                own = ControlPlane.Own(connection.Peer, request.Self.Map);
                other = PeerIdentity.Of(
                    connection.Peer.PeerCertificate
                        ?? throw new UnreachableException("The TLS handshake completed without the peer's certificate."),
                    request.Self.Map);
            }

            var positions = new LinkPositions([.. reply.Positions]);
            using var keys = Derive(request, agreement, reply, own, other, positions, !hostMark.IsEmpty, out var lanes);
            var link = await ConnectAsync(request, keys, lanes, other, cancellationToken).ConfigureAwait(false);
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
        bool mayShareMemory,
        out LanePlace lanes)
    {
        using var answer = AnswerMessage.Read(reply, request, mayShareMemory, out lanes);
        return LinkKeys.Derive(request.Transcript(reply.LinkId.Memory, own, peer, agreement.Offer, answer, peerPositions, lanes.Medium),
            agreement, request.Engines);
    }

    private async Task<Link> ConnectAsync(
        LinkRequest request, LinkKeys keys, LanePlace lanes, PeerIdentity peer, CancellationToken cancellationToken)
    {
        var connected = new List<LinkLane>();
        try
        {
            for (ushort lane = 0; lane < request.Parameters.LaneCount; lane++)
            {
                var connection = await routes.ConnectAsync(lanes, peer, keys, lane, request.Parameters.LongestPayload, cancellationToken)
                    .ConfigureAwait(false);
                connected.Add(new LinkLane(connection, keys.CreateSealer(lane), keys.CreateOpener(lane)));
            }
        }
        catch (Exception exception)
        {
            connected.ForEach(lane => lane.Dispose());
            if (exception is LaneConnectException && lanes.Medium == MediumCode.Memory && _overNetwork.TryAdd(request.Peer, true))
            {
                Log.MemoryCouldNotBeShared(logger, request.CommunicatorId, request.Peer, exception.Message);
            }

            throw;
        }

        return new Link(request.Peer, connected) { Medium = lanes.Medium };
    }
}
