using System.Net.Security;
using Google.Protobuf;
using Grpc.Core;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Worker.OpenLink as a peer that does not keep to the protocol calls it, with certificates as good as any.</summary>
public sealed class OpenLinkTests : IAsyncLifetime
{
    private const int WorldSize = 3;
    private const string Id = "gradients";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly LocalCluster _cluster = new(WorldSize);
    private readonly int[] _controlPorts = new int[WorldSize];
    private Job[] _jobs = [];
    private byte[] _sessionId = [];

    public static TheoryData<string> Wrongs => [.. WrongsByName.Keys];

    private static Dictionary<string, (StatusCode Status, Action<OpenLinkRequest> Spoil)> WrongsByName { get; } = new()
    {
        ["caller is not the initiator"] = (StatusCode.PermissionDenied, request => request.InitiatorRank = 1),
        ["initiator is the responder"] = (StatusCode.PermissionDenied, request => request.ResponderRank = 0),
        ["initiator outside the world"] = (StatusCode.PermissionDenied, request => request.InitiatorRank = WorldSize),
        ["initiator far outside the world"] = (StatusCode.PermissionDenied, request => request.InitiatorRank = uint.MaxValue),
        ["other responder"] = (StatusCode.InvalidArgument, request => request.ResponderRank = 2),
        ["other session"] = (StatusCode.FailedPrecondition, request => request.SessionId = Changed(request.SessionId)),
        ["no session"] = (StatusCode.FailedPrecondition, request => request.SessionId = ByteString.Empty),
        ["longer session"] = (StatusCode.FailedPrecondition, request => request.SessionId = ByteString.CopyFrom([.. request.SessionId.Span, 0])),
        ["other epoch"] = (StatusCode.FailedPrecondition, request => request.Epoch = 2),
        ["no public key"] = (StatusCode.InvalidArgument, request => request.PublicKey = ByteString.Empty),
        ["public key off the curve"] = (StatusCode.InvalidArgument, request => request.PublicKey = Changed(request.PublicKey)),
        ["public key compressed"] = (StatusCode.InvalidArgument, request => request.PublicKey = ByteString.CopyFrom([2, .. request.PublicKey.Span[1..33]])),
        ["short contribution"] = (StatusCode.InvalidArgument, request => request.Contribution = ByteString.CopyFrom(new byte[31])),
        ["long contribution"] = (StatusCode.InvalidArgument, request => request.Contribution = ByteString.CopyFrom(new byte[33])),
        ["resume position"] = (StatusCode.InvalidArgument, request => request.ResumePosition = 1),
        ["no communicator"] = (StatusCode.InvalidArgument, request => request.CommunicatorId = string.Empty),
        ["long communicator"] = (StatusCode.InvalidArgument, request => request.CommunicatorId = new string('x', 256)),
        ["other parameters"] = (StatusCode.FailedPrecondition, request => request.Parameters = request.Parameters.Replace("lanes=1", "lanes=2", StringComparison.Ordinal)),
    };

    public static TheoryData<string, string> OtherChoices => new()
    {
        { "transport", "Grpc" },
        { "protection", "TlsAndAead" },
        { "suite", "ChaCha20Poly1305" },
    };

    public async ValueTask InitializeAsync()
    {
        for (var rank = 0; rank < WorldSize; rank++)
        {
            _controlPorts[rank] = rank == 0 ? _cluster.MasterPort : _cluster.ReservePort();
        }

        _jobs = await Task.WhenAll(Enumerable.Range(0, WorldSize).Select(rank => Task.Run(() =>
        {
            var options = _cluster.Options(rank);
            options.Port = rank == 0 ? 0 : _controlPorts[rank];
            return _cluster.JoinAsync(options);
        }))).WaitAsync(Limit);
        _sessionId = _jobs[1].SessionId.ToArray();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task OpenLink_AsItShouldBe_IsAnswered()
    {
        using var key = EphemeralKey.Create();
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token);
        var reply = await CallAsync(0, Good(key));
        Assert.Equal(16, reply.LinkId.Length);
        Assert.True(LinkOffer.TryRead(reply.PublicKey.Span, reply.Contribution.Span, out _));
        Assert.True(HostPort.TryParse(reply.LaneEndpoint, out _));
        Assert.False(opening.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));
    }

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task OpenLink_Wrong_IsRefusedWithItsStatus(string wrong)
    {
        using var key = EphemeralKey.Create();
        var request = Good(key);
        WrongsByName[wrong].Spoil(request);
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(0, request));
        Assert.Equal(WrongsByName[wrong].Status, refusal.StatusCode);
        if (wrong == "other parameters")
        {
            var failure = await Assert.ThrowsAsync<MembershipException>(() => opening.WaitAsync(Limit));
            Assert.Equal(MembershipError.ParametersDiffer, failure.Error);
            return;
        }

        // What was refused leaves the rank waiting for the rightful call.
        Assert.False(opening.IsCompleted);
        var rightful = _jobs[0].OpenCommunicatorAsync(Id, new CommunicatorOptions(), stop.Token);
        var last = _jobs[2].OpenCommunicatorAsync(Id, new CommunicatorOptions(), stop.Token);
        await Task.WhenAll(opening, rightful, last).WaitAsync(Limit);
    }

    /// <summary>Whatever the peer chose, both sides learn both choices and whose each is; there is no falling back to one of them.</summary>
    [Theory]
    [MemberData(nameof(OtherChoices))]
    public async Task OpenLink_OtherChoice_IsRefusedOnBothSidesNamingBothChoicesAndBothRanks(string parameter, string choice)
    {
        using var key = EphemeralKey.Create();
        var request = Good(key);
        var lines = request.Parameters.Split('\n');
        var mine = lines.Single(line => line.StartsWith($"{parameter}=", StringComparison.Ordinal))[(parameter.Length + 1)..];
        request.Parameters = request.Parameters.Replace($"\n{parameter}={mine}\n", $"\n{parameter}={choice}\n", StringComparison.Ordinal);
        var opening = OpenAtRankOneAsync(CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(0, request));
        var failure = await Assert.ThrowsAsync<MembershipException>(() => opening.WaitAsync(Limit));

        var words = $"{parameter} is {choice} at rank 0 and {mine} at rank 1";
        Assert.Equal((StatusCode.FailedPrecondition, MembershipError.ParametersDiffer), (refusal.StatusCode, failure.Error));
        Assert.Contains(words, refusal.Status.Detail);
        Assert.Contains(words, failure.Message);
    }

    /// <summary>Rank 2 is a worker of the job and calls rank 1 in its own name, which rank 1 alone may do.</summary>
    [Fact]
    public async Task OpenLink_HigherRankInitiates_IsRefused()
    {
        using var key = EphemeralKey.Create();
        var request = Good(key);
        request.InitiatorRank = 2;
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(2, request));
        Assert.Equal(StatusCode.PermissionDenied, refusal.StatusCode);
        Assert.Contains("the lower rank opens it, for itself", refusal.Status.Detail);
        Assert.Contains(_cluster.Logs.Warnings, warning => warning.EndsWith("was refused a link from rank 2 to rank 1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenLink_WorkerOfAnotherJob_IsRefused()
    {
        using var key = EphemeralKey.Create();
        var refusal = await Assert.ThrowsAsync<ConnectionException>(() => CallAsync(0, Good(key), job: "job-b"));
        Assert.Equal(ConnectionFailure.ClosedAfterHandshake, refusal.Failure);
    }

    [Fact]
    public async Task OpenLink_CommunicatorNeverOpened_WaitsUntilTheCallersDeadline()
    {
        using var key = EphemeralKey.Create();
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(0, Good(key), TimeSpan.FromSeconds(1)));
        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
    }

    /// <summary>Join is served by rank 0 alone: a worker that is asked to coordinate says that it does not.</summary>
    [Fact]
    public async Task Join_AtAnotherRank_IsUnimplemented()
    {
        await using var connection = await ConnectAsync(0, TestPki.DefaultJob);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => connection.CallAsync(
            async calls =>
            {
                using var call = new Rendezvous.RendezvousClient(calls).Join(new JoinRequest(), deadline: DateTime.UtcNow + Limit);
                return await call.ResponseStream.MoveNext(CancellationToken.None);
            },
            CancellationToken.None));
        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    private static ByteString Changed(ByteString bytes)
    {
        var changed = bytes.ToByteArray();
        changed[^1] ^= 1;
        return ByteString.CopyFrom(changed);
    }

    private Task<Communicator> OpenAtRankOneAsync(CancellationToken cancellationToken) =>
        Task.Run(() => _jobs[1].OpenCommunicatorAsync(Id, new CommunicatorOptions(), cancellationToken), CancellationToken.None);

    private OpenLinkRequest Good(EphemeralKey key)
    {
        var offer = LinkOffer.Create(key);
        return new OpenLinkRequest
        {
            SessionId = ByteString.CopyFrom(_sessionId),
            Epoch = JobRoster.FirstEpoch,
            CommunicatorId = Id,
            Parameters = new GroupParameters(new CommunicatorOptions()).List.ToString(),
            InitiatorRank = 0,
            ResponderRank = 1,
            Contribution = ByteString.CopyFrom(offer.Contribution.Span),
            PublicKey = ByteString.CopyFrom(offer.PublicKey.Span),
        };
    }

    private async Task<OpenLinkReply> CallAsync(int caller, OpenLinkRequest request, TimeSpan? timeout = null, string job = TestPki.DefaultJob)
    {
        await using var connection = await ConnectAsync(caller, job);
        return await connection.CallAsync(
            calls => new Worker.WorkerClient(calls).OpenLinkAsync(request, deadline: DateTime.UtcNow + (timeout ?? Limit)).ResponseAsync, CancellationToken.None);
    }

    private Task<ClientConnection> ConnectAsync(int caller, string job)
    {
        var tls = _cluster.Pki.CreateTlsOptions(caller, job);
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = _controlPorts[1],
            Tls = (handshake, _) => ValueTask.FromResult(tls.ForClient(
                [SslApplicationProtocol.Http2], _cluster.Pki.Worker(1), verdict => handshake.Refusal = verdict.Explanation)),
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }
}
