using Grpc.Core;
using SecureCollectives.Rpc;

namespace SecureCollectives.Membership;

/// <summary>
/// What a worker makes of a failed try to join. The table "Trying again" of proto/README.md is this. Whoever tries again proves and checks
/// everything anew.
/// </summary>
internal static class JoinFailures
{
    /// <summary>
    /// Whether another try within the time limit may succeed: rank 0 is not there yet; whoever is there, an earlier attempt's rank 0 or
    /// another program, may be about to go; or a certificate is not trusted now and may be in a moment.
    /// </summary>
    public static bool MayPass(RpcException exception) => exception is ConnectionException connection
        ? connection.Failure != ConnectionFailure.TlsFailed
        : exception.StatusCode is StatusCode.Unavailable or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.Cancelled;

    /// <summary>Whether somebody was there and did not take this worker in, or was not taken for rank 0.</summary>
    public static bool IsRefusal(RpcException exception) => Kind(exception) is not MembershipError.Unreachable;

    /// <summary>What such a failure is, when no further try is made.</summary>
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

    /// <summary>What makes two failures alike, for the log.</summary>
    public static string Name(RpcException exception) =>
        exception is ConnectionException connection ? connection.Failure.ToString() : exception.StatusCode.ToString();
}
