using Google.Protobuf;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Links;

/// <summary>Asks the lower rank of a link to replace it, on a connection of its own.</summary>
internal sealed class RequestLinkCall(ControlPlane control)
{
    /// <summary>The reply is empty.</summary>
    private const int MaxReplyBytes = 1 << 10;

    /// <param name="link">The link as it was opened first.</param>
    /// <param name="firstLink">The id of the first link.</param>
    /// <param name="replaced">The number of the link that this worker had last.</param>
    /// <param name="cause">Why it is replaced.</param>
    /// <param name="timeout">Time limit of the call, its connection included.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Grpc.Core.RpcException">The peer could not be asked, or refused.</exception>
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
