using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Tests.Links;

public sealed class AttemptFailuresTests
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(30);

    private readonly AttemptFailures _failures = new(3, GiveUpAfter);

    [Fact]
    public void Judge_RefusedFourTimes_GivesUpWithinASecond()
    {
        var waited = TimeSpan.Zero;
        for (var i = 0; i < 3; i++)
        {
            var verdict = _failures.Judge(Connection(ConnectionFailure.Refused), waited);
            Assert.Null(verdict.GiveUp);
            waited += verdict.Delay;
        }

        Assert.Equal(AbortReason.PeerLost, _failures.Judge(Connection(ConnectionFailure.Refused), waited).GiveUp);
        Assert.Equal(TimeSpan.FromMilliseconds(700), waited);
    }

    [Fact]
    public void Judge_NoSuchLinkSixTimes_GivesUpAfterASecond()
    {
        var waited = TimeSpan.Zero;
        for (var i = 0; i < 5; i++)
        {
            waited += _failures.Judge(Refusal(StatusCode.NotFound), waited).Delay;
        }

        Assert.Equal(AbortReason.Closed, _failures.Judge(Refusal(StatusCode.NotFound), waited).GiveUp);
        Assert.Equal(TimeSpan.FromSeconds(1), waited);
    }

    /// <summary>Only consecutive refusals count: a port that answers now and then has a process behind it.</summary>
    [Fact]
    public void Judge_RefusedNowAndThen_RetriesUntilTheTimeLimit()
    {
        var waited = TimeSpan.Zero;
        for (var i = 0; waited < GiveUpAfter; i++)
        {
            var verdict = _failures.Judge(Connection(i % 3 == 0 ? ConnectionFailure.Lost : ConnectionFailure.Refused), waited);
            Assert.Null(verdict.GiveUp);
            Assert.InRange(verdict.Delay, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
            waited += verdict.Delay;
        }

        Assert.Equal(AbortReason.TimedOut, _failures.Judge(Connection(ConnectionFailure.Lost), waited).GiveUp);
    }

    [Fact]
    public void Judge_AnyFailure_IsFinalOrNot()
    {
        (Exception Failure, AbortReason? Reason)[] cases =
        [
            (Connection(ConnectionFailure.TlsFailed), AbortReason.AuthenticationFailed),
            (Connection(ConnectionFailure.TimedOut), null),
            (Connection(ConnectionFailure.Unreachable), null),
            (Connection(ConnectionFailure.ClosedAfterHandshake), null),
            (Refusal(StatusCode.Aborted), AbortReason.PeerLost),
            (Refusal(StatusCode.ResourceExhausted), AbortReason.PeerLost),
            (Refusal(StatusCode.PermissionDenied), AbortReason.PeerLost),
            (Refusal(StatusCode.InvalidArgument), AbortReason.PeerLost),
            (Refusal(StatusCode.Unavailable), null),
            (Refusal(StatusCode.AlreadyExists), null),
            (new LaneConnectException("no lane"), null),
            (new OperationCanceledException(), null),
            (new MembershipException(MembershipError.Untrusted, "malformed"), AbortReason.AuthenticationFailed),
            (new InvalidOperationException("a defect"), AbortReason.InternalError),
        ];

        Assert.All(cases, one => Assert.Equal(one.Reason, new AttemptFailures(3, GiveUpAfter).Judge(one.Failure, TimeSpan.Zero).GiveUp));
    }

    private static ConnectionException Connection(ConnectionFailure failure) => new(failure, "a connection");

    private static RpcException Refusal(StatusCode code) => new(new Status(code, "a refusal"));
}
