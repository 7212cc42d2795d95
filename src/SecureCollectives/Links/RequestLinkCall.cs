using Google.Protobuf;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Links;

/// <summary>Asks the lower rank of a link to replace it, over a separate connection.</summary>
internal sealed class RequestLinkCall(ControlPlane control)
{
    /// <summary>The maximum length of the reply, which is an empty message.</summary>
    private const int MaxReplyBytes = 1 << 10;

    /// <summary>Makes the call.</summary>
    /// <param name="link">The request with which the link was first opened.</param>
    /// <param name="firstLink">The id of the first link between the two ranks in this channel.</param>
    /// <param name="replaced">The number of this worker's latest link.</param>
    /// <param name="cause">Why the link should be replaced, which the peer counts and logs.</param>
    /// <param name="timeout">The time limit for the call, including connecting.</param>
    /// <param name="time">The clock for the time limit.</param>
    /// <param name="cancellationToken">Cancels the call; the peer may already have received it.</param>
    /// <exception cref="Grpc.Core.RpcException">The call failed, or the peer refused it.</exception>
    public async Task AskAsync(
        LinkRequest link,
        ReadOnlyMemory<byte> firstLink,
        ulong replaced,
        LinkCauseCode cause,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var request = new RequestLinkRequest
        {
            SessionId = ByteString.CopyFrom(link.Roster.SessionId.Span),
            Epoch = link.Roster.Epoch,
            CommunicatorId = link.CommunicatorId,
            InitiatorRank = (uint)link.Peer,
            ResponderRank = (uint)link.Self.Rank,
            FirstLink = ByteString.CopyFrom(firstLink.Span),
            Replaced = replaced,
            Cause = (uint)cause,
            Channel = link.Channel,
        };
        using var limit = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var connection = await control.ConnectAsync(link.PeerMember.EndPoint, link.PeerMember.Id, MaxReplyBytes, stop.Token)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await connection.CallAsync(
                calls => new Worker.WorkerClient(calls).RequestLinkAsync(request, cancellationToken: stop.Token).ResponseAsync,
                stop.Token).ConfigureAwait(false);
        }
    }
}
