using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Links;

/// <summary>
/// Decides after each failed attempt at one replacement whether to retry. A peer whose process has ended is reported within a second; a
/// peer that may come back is retried for a while. No I/O; the time is passed in.
/// </summary>
/// <param name="peer">The peer's rank in the job, named in messages.</param>
/// <param name="giveUpAfter">The time limit for all attempts together.</param>
internal sealed class AttemptFailures(int peer, TimeSpan giveUpAfter)
{
    /// <summary>
    /// The number of consecutive refused connections (at 0, 0.1, 0.3 and 0.7 s) after which to give up: nothing listens on the peer's port,
    /// so its process has ended.
    /// </summary>
    public const int MaxRefused = 4;

    /// <summary>
    /// The number of consecutive NOT_FOUND replies (within about a second) after which to give up. At first, the peer may still be about to
    /// open the communicator; after that, it has closed it.
    /// </summary>
    public const int MaxMissing = 6;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MissingDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);

    private int _failures;
    private int _refused;
    private int _closed;
    private int _missing;

    /// <summary>Decides what to do after a failed attempt.</summary>
    /// <param name="failure">Why the attempt failed; a cancellation if it took too long.</param>
    /// <param name="elapsed">The time since the first attempt began.</param>
    public AttemptVerdict Judge(Exception failure, TimeSpan elapsed)
    {
        var kind = (failure as ConnectionException)?.Failure;
        var status = kind is null ? (failure as RpcException)?.StatusCode : null;
        _refused = kind == ConnectionFailure.Refused ? _refused + 1 : 0;
        _closed = kind == ConnectionFailure.ClosedAfterHandshake ? _closed + 1 : 0;
        _missing = status == StatusCode.NotFound ? _missing + 1 : 0;
        var words = Words(failure);
        if (FinalReason(failure, kind, status) is { } reason)
        {
            return new AttemptVerdict(default, reason, words);
        }

        if (elapsed >= giveUpAfter)
        {
            return new AttemptVerdict(
                default, AbortReason.TimedOut, $"rank {peer} opened no new link within {giveUpAfter.TotalSeconds:0.###} s: {words}");
        }

        var delay = _missing > 0 ? MissingDelay : FirstDelay * Math.Pow(2, Math.Min(_failures, 10));
        _failures++;
        return new AttemptVerdict(delay < MaxDelay ? delay : MaxDelay, null, words);
    }

    private AbortReason? FinalReason(Exception failure, ConnectionFailure? kind, StatusCode? status) => (kind, status) switch
    {
        (ConnectionFailure.Refused, _) => _refused >= MaxRefused ? AbortReason.PeerLost : null,
        (ConnectionFailure.ClosedAfterHandshake, _) => _closed >= ControlPlane.MaxRefusals ? AbortReason.PeerLost : null,
        // An expired certificate is final here too: links are replaced well before expiry, so nobody has renewed it.
        (ConnectionFailure.TlsFailed or ConnectionFailure.OtherPeer or ConnectionFailure.NotTrustedNow, _) =>
            AbortReason.AuthenticationFailed,
        (not null, _) => null,
        (_, StatusCode.NotFound) => _missing >= MaxMissing ? AbortReason.Closed : null,
        (_, StatusCode.Unavailable or StatusCode.AlreadyExists or StatusCode.DeadlineExceeded or StatusCode.Cancelled) => null,
        (_, not null) => AbortReason.PeerLost,
        _ => failure switch
        {
            LaneConnectException or OperationCanceledException => null,
            MembershipException => AbortReason.AuthenticationFailed,
            _ => AbortReason.InternalError,
        },
    };

    private string Words(Exception failure) => failure switch
    {
        RpcException call => ControlPlane.Words(call),
        OperationCanceledException => $"an attempt to reach rank {peer} took too long",
        _ => DescriptorLimit.Exhaustion(failure) ?? failure.Message,
    };
}
