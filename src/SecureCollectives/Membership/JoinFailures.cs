using Grpc.Core;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>
/// Classifies failed attempts to join, following the table "Trying again" in proto/README.md. Every retry authenticates the peer and
/// repeats all checks.
/// </summary>
internal static class JoinFailures
{
    /// <summary>
    /// Returns whether a retry within the time limit may succeed: rank 0 may not be listening yet, an earlier attempt's rank 0 or another
    /// program may be about to release the port, or a certificate may not be trusted yet.
    /// </summary>
    public static bool MayPass(RpcException exception) => exception is ConnectionException connection
        ? connection.Failure != ConnectionFailure.TlsFailed
        : exception.StatusCode is StatusCode.Unavailable or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.Cancelled;

    /// <summary>Returns whether a peer answered but refused this worker or was not rank 0.</summary>
    public static bool IsRefusal(RpcException exception) => Kind(exception) is not MembershipError.Unreachable;

    /// <summary>Returns the error to report for this failure if it is not retried.</summary>
    public static MembershipError Kind(RpcException exception) => exception switch
    {
        ConnectionException
        {
            Failure: ConnectionFailure.TlsFailed or ConnectionFailure.NotTrustedNow or ConnectionFailure.OtherPeer
                or ConnectionFailure.ClosedAfterHandshake
        } => MembershipError.Untrusted,
        { StatusCode: StatusCode.Unavailable or StatusCode.Cancelled } => MembershipError.Unreachable,
        { StatusCode: StatusCode.FailedPrecondition } => MembershipError.ParametersDiffer,
        { StatusCode: StatusCode.Aborted } => MembershipError.MissingRanks,
        _ => MembershipError.Refused,
    };

    /// <summary>Returns the key by which the log groups similar failures.</summary>
    public static string Name(RpcException exception) =>
        exception is ConnectionException connection ? connection.Failure.ToString() : exception.StatusCode.ToString();
}
