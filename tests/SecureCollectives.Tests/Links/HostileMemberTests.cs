using Google.Protobuf;
using Grpc.Core;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Tests.Links;

/// <summary>
/// Members with valid certificates that lie about links or request them endlessly. They are refused, their cost is bounded, and the link is
/// unharmed.
/// </summary>
public sealed class HostileMemberTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> WrongOpenings => [.. OpeningsByName.Keys];

    public static TheoryData<string> WrongRequests => [.. RequestsByName.Keys];

    private static Dictionary<string, (StatusCode Status, int Caller, Action<OpenLinkRequest> Spoil)> OpeningsByName { get; } = new()
    {
        ["one position too few"] = (StatusCode.InvalidArgument, 0, request => request.Positions.RemoveAt(0)),
        ["one position too many"] = (StatusCode.InvalidArgument, 0, request => request.Positions.Add(0)),
        ["another communicator"] = (StatusCode.NotFound, 0, request => request.CommunicatorId = "other"),
        ["left over from a closed communicator of the same name"] = (
            StatusCode.NotFound, 0, request => request.FirstLink = ByteString.CopyFrom(new byte[16])),
        ["other parameters"] = (StatusCode.FailedPrecondition, 0,
            request => request.Parameters = request.Parameters.Replace("lanes=2", "lanes=3", StringComparison.Ordinal)),
        ["other session"] = (StatusCode.FailedPrecondition, 0, request => request.SessionId = ByteString.CopyFrom(new byte[32])),
        ["in another's name"] = (StatusCode.PermissionDenied, 2, static _ => { }
        ),
        ["by a higher rank"] = (StatusCode.PermissionDenied, 2, request => request.InitiatorRank = 2),
        ["for another responder"] = (StatusCode.InvalidArgument, 0, request => request.ResponderRank = 2),
        ["operation that cannot be"] = (StatusCode.InvalidArgument, 0, request => request.Operation = 1UL << 63),
    };

    private static Dictionary<string, (StatusCode Status, int Caller, int Callee, Action<RequestLinkRequest> Spoil)> RequestsByName { get; } =
        new()
        {
            ["another communicator"] = (StatusCode.NotFound, 1, 0, request => request.CommunicatorId = "other"),
            ["left over from a closed communicator of the same name"] = (
            StatusCode.NotFound, 1, 0, request => request.FirstLink = ByteString.CopyFrom(new byte[16])),
            ["no first link"] = (StatusCode.InvalidArgument, 1, 0, request => request.FirstLink = ByteString.Empty),
            ["no cause"] = (StatusCode.InvalidArgument, 1, 0, request => request.Cause = 0),
            ["unknown cause"] = (StatusCode.InvalidArgument, 1, 0, request => request.Cause = 7),
            ["a link that there cannot be yet"] = (StatusCode.InvalidArgument, 1, 0, request => request.Replaced = 1),
            ["other session"] = (StatusCode.FailedPrecondition, 1, 0, request => request.SessionId = ByteString.CopyFrom(new byte[32])),
            ["other epoch"] = (StatusCode.FailedPrecondition, 1, 0, request => request.Epoch++),
            ["in another's name"] = (StatusCode.PermissionDenied, 2, 0, static _ => { }
            ),
            ["outside the world"] = (StatusCode.PermissionDenied, 1, 0, request => request.ResponderRank = uint.MaxValue),
            ["of another initiator"] = (StatusCode.PermissionDenied, 1, 0, request => request.InitiatorRank = 2),
            ["by the lower rank"] = (StatusCode.PermissionDenied, 0, 1, request => (request.InitiatorRank, request.ResponderRank) = (1, 0)),
            ["of the lower rank's own link at the higher"] = (StatusCode.PermissionDenied, 0, 1, static _ => { }
            ),
        };

    [Theory]
    [MemberData(nameof(WrongOpenings))]
    public async Task OpenLink_InvalidReplacement_IsRefusedAndTheLinkStays(string wrong)
    {
        await using var pair = await KeptPair.OpenAsync();
        var (status, caller, spoil) = OpeningsByName[wrong];
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var request = Opening(pair, agreement, 1);
        spoil(request);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(pair, caller, request));

        Assert.Equal(status, refusal.StatusCode);
        Assert.Equal(0, pair.Ends[1].Owner.Surrenders);
        Assert.NotNull(pair.Ends[1].Owner.Link);
    }

    [Theory]
    [MemberData(nameof(WrongRequests))]
    public async Task RequestLink_InvalidRequest_IsRefusedAndTheLinkStays(string wrong)
    {
        await using var pair = await KeptPair.OpenAsync();
        var (status, caller, callee, spoil) = RequestsByName[wrong];
        var request = Request(pair);
        spoil(request);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => AskAsync(pair, caller, callee, request));

        Assert.Equal(status, refusal.StatusCode);
        Assert.All(pair.Ends, end => Assert.Equal(0, end.Owner.Surrenders));
    }

    /// <summary>
    /// A worker that has left the communicator and reopens its id sends such a call: the call waits for this worker to reopen it too, and
    /// leaves the link alone.
    /// </summary>
    [Fact]
    public async Task OpenLink_FirstLinkWhileOneIsOpen_WaitsAndTheLinkStays()
    {
        await using var pair = await KeptPair.OpenAsync();
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var request = Opening(pair, agreement, 0);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(pair, 0, request, TimeSpan.FromSeconds(1)));

        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
        Assert.Equal(0, pair.Ends[1].Owner.Surrenders);
    }

    /// <summary>A delayed call does not supersede a later one.</summary>
    [Fact]
    public async Task OpenLink_AnEarlierAttempt_IsRefused()
    {
        await using var pair = await KeptPair.OpenAsync();
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        pair.Ends[0].Break("a lane ended");
        await pair.ProveReplacedAsync();

        var refusal = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(pair, 0, Opening(pair, agreement, 1)));

        Assert.Equal(StatusCode.AlreadyExists, refusal.StatusCode);
        Assert.Equal(1, pair.Ends[1].Owner.Surrenders);
    }

    /// <summary>
    /// A link that was opened but never connected does not block the pair: the responder asks, and the rightful initiator opens another.
    /// </summary>
    [Fact]
    public async Task OpenLink_LanesNeverCome_ResponderAsksForAnother()
    {
        await using var pair = await KeptPair.OpenAsync();
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);

        var reply = await OpenAsync(pair, 0, Opening(pair, agreement, 1));
        Assert.Equal(pair.Ends[1].Owner.Positions.Applied, reply.Positions);
        await pair.ProveReplacedAsync();

        Assert.All(pair.Ends, end => Assert.Equal(1, end.Keeper.Counters.Replacements));
    }

    [Fact]
    public async Task RequestLink_WithoutEnd_IsRefusedAndNamesTheMember()
    {
        const int Allowed = 4;
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions
            {
                Lanes = 2,
                LinkKeeping =
                new LinkKeeperOptions { RequestsPerMinute = Allowed, HealsPerMinute = 1000 }
            });

        // The first request replaces the link that they all name, so the others are stale and cost no link.
        for (var i = 0; i < Allowed; i++)
        {
            await AskAsync(pair, 1, 0, Request(pair));
        }

        for (var i = 0; i < 3; i++)
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => AskAsync(pair, 1, 0, Request(pair)));
            Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        }

        await pair.ProveReplacedAsync();
        Assert.All(pair.Ends, end => Assert.Equal(1, end.Keeper.Counters.Replacements));
        Assert.Single(pair.Logs.Warnings, "Refused rank 1 a new link of communicator 'kept': it requested more than 4 within a minute.");
    }

    [Fact]
    public async Task OpenLink_ReplacementsWithoutEnd_AreRefusedAndNameTheMember()
    {
        const int Allowed = 3;
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions { Lanes = 2, LinkKeeping = new LinkKeeperOptions { AttemptsPerMinute = Allowed } });
        await pair.Ends[0].Keeper.DisposeAsync();
        for (ulong number = 1; number <= Allowed; number++)
        {
            using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
            await OpenAsync(pair, 0, Opening(pair, agreement, number));
        }

        using var last = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(pair, 0, Opening(pair, last, Allowed + 1)));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("Refused rank 0 a new link of communicator 'kept': it requested more than 3 within a minute.", pair.Logs.Warnings);
    }

    /// <summary>Once both communicators are closed, there is no link to replace.</summary>
    [Fact]
    public async Task OpenLink_CommunicatorIsClosed_IsRefused()
    {
        await using var pair = await KeptPair.OpenAsync();
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        foreach (var end in pair.Ends)
        {
            await end.Keeper.DisposeAsync();
        }

        var opening = await Assert.ThrowsAsync<RpcException>(() => OpenAsync(pair, 0, Opening(pair, agreement, 1)));
        var asking = await Assert.ThrowsAsync<RpcException>(() => AskAsync(pair, 1, 0, Request(pair)));

        Assert.Equal((StatusCode.NotFound, StatusCode.NotFound), (opening.StatusCode, asking.StatusCode));
    }

    private static OpenLinkRequest Opening(KeptPair pair, InitiatorAgreement agreement, ulong number)
    {
        var end = pair.Ends[0];
        return OfferMessage.Create(
            number == 0
                ? end.Request
                : end.Request with
                {
                    Positions = end.Owner.Positions,
                    Replaces = new ReplacedLink(end.First.LinkId, number, LinkCauseCode.Broken, KeptPair.Operation),
                },
            agreement.Offer,
            hostMark: default);
    }

    private static RequestLinkRequest Request(KeptPair pair)
    {
        var end = pair.Ends[1];
        return new RequestLinkRequest
        {
            SessionId = ByteString.CopyFrom(end.Request.Roster.SessionId.Span),
            Epoch = end.Request.Roster.Epoch,
            CommunicatorId = end.Request.CommunicatorId,
            InitiatorRank = 0,
            ResponderRank = 1,
            FirstLink = ByteString.CopyFrom(end.First.LinkId.Span),
            Cause = (uint)LinkCauseCode.Broken,
        };
    }

    private static async Task<OpenLinkReply> OpenAsync(KeptPair pair, int caller, OpenLinkRequest request, TimeSpan? timeout = null)
    {
        await using var connection = await pair.ConnectAsync(caller, 1);
        return await connection.CallAsync(
            calls => new Worker.WorkerClient(calls).OpenLinkAsync(request, deadline: DateTime.UtcNow + (timeout ?? Limit)).ResponseAsync,
                CancellationToken.None);
    }

    private static async Task AskAsync(KeptPair pair, int caller, int callee, RequestLinkRequest request)
    {
        await using var connection = await pair.ConnectAsync(caller, callee);
        await connection.CallAsync(
            calls => new Worker.WorkerClient(calls).RequestLinkAsync(request, deadline: DateTime.UtcNow + Limit).ResponseAsync,
                CancellationToken.None);
    }
}
