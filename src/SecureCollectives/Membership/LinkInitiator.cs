using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Membership;

/// <summary>Opens the first links to higher ranks.</summary>
/// <param name="attempt">Makes the attempts.</param>
/// <param name="hasFailedLately">Whether this worker's own last attempt at the communicator has just failed.</param>
/// <param name="logger">Where it logs.</param>
internal sealed class LinkInitiator(LinkAttempt attempt, bool hasFailedLately, ILogger logger)
{
    /// <summary>
    /// Retry ABORTED for at least this long, and <see cref="MinAborts"/> times: the peer may be reopening, and this worker came first.
    /// </summary>
    private static readonly TimeSpan RetryAbortedFor = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Retry ABORTED for at least this long where this worker has given up as well. All ranks then try again, each in its own time, and the
    /// peer most likely remembers the attempt that failed for all. A peer that is gone for good is still reported long before the time
    /// limit.
    /// </summary>
    private static readonly TimeSpan RetryAbortedAfterFailureFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The retries for which that leaves time where a call takes none.</summary>
    private const int MinAborts = 5;

    /// <exception cref="MembershipException">The link could not be opened in time.</exception>
    public async Task<OpenedLink> OpenAsync(LinkRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        Exception? lastFailure = null;
        long? firstAbort = null;
        var (aborts, refusals) = (0, 0);
        try
        {
            while (true)
            {
                try
                {
                    var answered = await attempt.OpenAsync(request.PeerMember, () => Task.FromResult(request), limit.Token)
                        .ConfigureAwait(false);
                    return answered.Opened;
                }
                catch (Exception exception) when (MayWorkLater(exception, ref firstAbort, ref aborts, ref refusals))
                {
                    // Keys serve one connection: another try is another link.
                    Log.LinkIsTriedAgain(logger, request.Name, request.Peer, Words(exception));
                    lastFailure = exception;
                }
                catch (RpcException exception)
                {
                    throw ToMembership(request, exception);
                }

                await Task.Delay(RetryInterval, limit.Token).ConfigureAwait(false);
                if (lastFailure is RpcException { StatusCode: StatusCode.Aborted })
                {
                    // A call that is not answered after it was waits for another attempt than that which the peer gave up.
                    lastFailure = null;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(request, timeout, lastFailure);
        }
    }

    /// <summary>
    /// The peer's listener was busy with others, a connection broke; but a peer that closes every connection right after the handshake
    /// refuses us.
    /// </summary>
    private bool MayWorkLater(Exception exception, ref long? firstAbort, ref int aborts, ref int refusals)
    {
        switch (exception)
        {
            case LaneConnectException:
                return true;
            case RpcException { StatusCode: StatusCode.Aborted }:
                // The peer's own opening failed.
                firstAbort ??= Stopwatch.GetTimestamp();
                return ++aborts < MinAborts
                    || Stopwatch.GetElapsedTime(firstAbort.Value) < (hasFailedLately ? RetryAbortedAfterFailureFor : RetryAbortedFor);
            case ConnectionException { Failure: ConnectionFailure.TlsFailed or ConnectionFailure.OtherPeer }:
                return false;
            case RpcException { StatusCode: StatusCode.Unavailable }:
                refusals = exception is ConnectionException { Failure: ConnectionFailure.ClosedAfterHandshake } ? refusals + 1 : 0;
                return refusals < ControlPlane.MaxRefusals;
            default:
                return false;
        }
    }

    private static MembershipException TimedOut(LinkRequest request, TimeSpan timeout, Exception? lastFailure) => lastFailure switch
    {
        null => request.NotOpened(timeout),
        RpcException { StatusCode: StatusCode.Aborted } aborted => ToMembership(request, aborted),
        ConnectionException { Failure: ConnectionFailure.NotTrustedNow } untrusted => ToMembership(request, untrusted),
        LaneConnectException => new MembershipException(
            MembershipError.Unreachable,
            $"The data connection to rank {request.Peer} could not be opened within {timeout.TotalSeconds:0.###} s. {Words(lastFailure)}",
            lastFailure),
        _ => new MembershipException(
            MembershipError.Unreachable,
            $"Rank {request.Peer} could not be reached at {request.PeerMember.EndPoint} within {timeout.TotalSeconds:0.###} s. "
                + $"{Words(lastFailure)}",
            lastFailure),
    };

    private static MembershipException ToMembership(LinkRequest request, RpcException exception) => exception.StatusCode switch
    {
        StatusCode.FailedPrecondition =>
            new MembershipException(MembershipError.ParametersDiffer, ControlPlane.Words(exception), exception),
        StatusCode.Aborted => new MembershipException(
            MembershipError.MissingRanks, $"Rank {request.Peer} gave up. {ControlPlane.Words(exception)}", exception),
        StatusCode.Unavailable => new MembershipException(
            MembershipError.Untrusted,
                $"Rank {request.Peer} at {request.PeerMember.EndPoint} could not be trusted. {ControlPlane.Words(exception)}", exception),
        _ => new MembershipException(
            MembershipError.Refused, $"Rank {request.Peer} refused the link: {ControlPlane.Words(exception)}", exception),
    };

    private static string Words(Exception exception) => exception is RpcException call
        ? ControlPlane.Words(call)
        : DescriptorLimit.Exhaustion(exception) ?? exception.Message;
}
