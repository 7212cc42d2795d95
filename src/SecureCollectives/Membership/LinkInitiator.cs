using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Membership;

/// <summary>Opens the first links to higher ranks.</summary>
/// <param name="attempt">Makes the attempts.</param>
/// <param name="hasFailedLately">Whether this worker's previous attempt to open the communicator failed recently.</param>
/// <param name="logger">The log.</param>
internal sealed class LinkInitiator(LinkAttempt attempt, bool hasFailedLately, ILogger logger)
{
    /// <summary>
    /// Retry ABORTED for at least this long, and <see cref="MinAborts"/> times: the peer may be about to reopen the communicator.
    /// </summary>
    private static readonly TimeSpan RetryAbortedFor = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Retry ABORTED for at least this long if this worker's own attempt failed as well. All ranks then retry, each in its own time, and
    /// the peer probably still refuses because of the attempt that failed everywhere. A peer that is permanently gone is still reported
    /// long before the time limit.
    /// </summary>
    private static readonly TimeSpan RetryAbortedAfterFailureFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The number of retries that fit into that time if calls complete instantly.</summary>
    private const int MinAborts = 5;

    /// <summary>Opens a link, retrying failures that may be transient.</summary>
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
                    // Keys are never reused across connections, so each attempt opens a new link.
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
                    // The peer no longer refuses: an unanswered call now waits for the peer's next attempt.
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
    /// Returns whether another attempt may succeed, for instance because the peer's listener was busy or a connection broke. A peer that
    /// closes every connection right after the handshake refuses this worker.
    /// </summary>
    private bool MayWorkLater(Exception exception, ref long? firstAbort, ref int aborts, ref int refusals)
    {
        switch (exception)
        {
            case LaneConnectException:
                return true;
            case RpcException { StatusCode: StatusCode.Aborted }:
                // The peer failed to open the communicator.
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
