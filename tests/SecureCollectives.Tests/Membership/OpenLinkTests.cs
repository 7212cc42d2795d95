using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Worker.OpenLink called by a peer with a valid certificate that violates the protocol.</summary>
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
        ["longer session"] = (StatusCode.FailedPrecondition,
            request => request.SessionId = ByteString.CopyFrom([.. request.SessionId.Span, 0])),
        ["other epoch"] = (StatusCode.FailedPrecondition, request => request.Epoch = 2),
        ["no public key"] = (StatusCode.InvalidArgument, request => request.PublicKey = ByteString.Empty),
        ["public key off the curve"] = (StatusCode.InvalidArgument, request => request.PublicKey = Changed(request.PublicKey)),
        ["public key compressed"] = (
            StatusCode.InvalidArgument, request => request.PublicKey = ByteString.CopyFrom([2, .. request.PublicKey.Span[1..33]])),
        ["no encapsulation key"] = (StatusCode.InvalidArgument, request => request.EncapsulationKey = ByteString.Empty),
        ["short encapsulation key"] = (
            StatusCode.InvalidArgument, request => request.EncapsulationKey = ByteString.CopyFrom(request.EncapsulationKey.Span[1..])),
        ["long encapsulation key"] = (
            StatusCode.InvalidArgument, request => request.EncapsulationKey = ByteString.CopyFrom([.. request.EncapsulationKey.Span, 0])),
        ["encapsulation key not reduced"] = (StatusCode.InvalidArgument,
            request => request.EncapsulationKey = ByteString.CopyFrom([0xFF, 0xFF, .. request.EncapsulationKey.Span[2..]])),
        ["short contribution"] = (StatusCode.InvalidArgument, request => request.Contribution = ByteString.CopyFrom(new byte[31])),
        ["long contribution"] = (StatusCode.InvalidArgument, request => request.Contribution = ByteString.CopyFrom(new byte[33])),
        ["no positions"] = (StatusCode.InvalidArgument, request => request.Positions.Clear()),
        ["positions of two lanes"] = (StatusCode.InvalidArgument, request => request.Positions.Add(0)),
        ["positions of more lanes than there can be"] = (StatusCode.InvalidArgument, request => request.Positions.Add(new ulong[256])),
        ["a position on a first link"] = (StatusCode.InvalidArgument, request => request.Positions[0] = 1),
        ["first link with a cause"] = (StatusCode.InvalidArgument, request => request.Cause = 1),
        ["first link after another"] = (StatusCode.InvalidArgument, request => request.FirstLink = ByteString.CopyFrom(new byte[16])),
        ["replacement without a cause"] = (
            StatusCode.InvalidArgument, request => (request.Replacement, request.FirstLink) = (1, ByteString.CopyFrom(new byte[16]))),
        ["replacement with an unknown cause"] = (StatusCode.InvalidArgument, request => Replace(request, 7)),
        ["replacement with a cause of two bytes"] = (StatusCode.InvalidArgument, request => Replace(request, 257)),
        ["first link in mid-communicator"] = (StatusCode.InvalidArgument, request => request.Operation = 1),
        ["replacement of no link"] = (StatusCode.InvalidArgument, request => (request.Replacement, request.Cause) = (1, 1)),
        ["replacement of a link with a short id"] = (StatusCode.InvalidArgument, request => Replace(request, 1, 15)),
        ["replacement of a communicator that is not open"] = (StatusCode.NotFound, request => Replace(request, 1, id: "others")),
        ["replacement of a communicator that is being opened"] = (StatusCode.Unavailable, request => Replace(request, 1)),
        ["no communicator"] = (StatusCode.InvalidArgument, request => request.CommunicatorId = string.Empty),
        ["long communicator"] = (StatusCode.InvalidArgument, request => request.CommunicatorId = new string('x', 256)),
        ["a channel that the communicator does not have"] = (StatusCode.InvalidArgument, request => request.Channel = 1),
        ["a channel that no communicator has"] = (StatusCode.InvalidArgument, request => request.Channel = GroupParameters.MaxChannels),
        ["a channel of more than two bytes"] = (StatusCode.InvalidArgument, request => request.Channel = 1 << 16),
        ["replacement in another channel"] = (StatusCode.Unavailable, request => Replace(request, 1, channel: 1)),
        ["other parameters"] = (StatusCode.FailedPrecondition,
            request => request.Parameters = request.Parameters.Replace("lanes=1", "lanes=2", StringComparison.Ordinal)),
    };

    public static TheoryData<string, string> OtherChoices => new()
    {
        { "transport", "Grpc" },
        { "protection", "TlsAndAead" },
        { "suite", "ChaCha20Poly1305" },
        { "key-agreement", "P256" },
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
    public async Task OpenLink_ValidRequest_IsAnswered()
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token);
        var reply = await CallAsync(0, Good(agreement));
        Assert.Equal(16, reply.LinkId.Length);
        Assert.True(ResponderAnswer.TryRead(
            KeyAgreementCode.SecP256r1MLKEM768, reply.PublicKey.Span, reply.Ciphertext.Span, reply.Contribution.Span, out _));
        Assert.True(HostPort.TryParse(reply.LaneEndpoint, out _));
        Assert.False(opening.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));
    }

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task OpenLink_InvalidRequest_IsRefusedWithItsStatus(string wrong)
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var request = Good(agreement);
        WrongsByName[wrong].Spoil(request);
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token);
        Assert.Equal(StatusCode.InvalidArgument, (await OfferAnotherKeyAgreementAsync()).StatusCode); // The opening has begun.
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(0, request));
        Assert.Equal(WrongsByName[wrong].Status, refusal.StatusCode);
        if (wrong == "other parameters")
        {
            var failure = await Assert.ThrowsAsync<MembershipException>(() => opening.WaitAsync(Limit));
            Assert.Equal(MembershipError.ParametersDiffer, failure.Error);
            return;
        }

        // After a refusal the rank still waits for the rightful call.
        Assert.False(opening.IsCompleted);
        var rightful = _jobs[0].OpenCommunicatorAsync(Id, new CommunicatorOptions(), stop.Token);
        var last = _jobs[2].OpenCommunicatorAsync(Id, new CommunicatorOptions(), stop.Token);
        await Task.WhenAll(opening, rightful, last).WaitAsync(Limit);
    }

    /// <summary>Whatever the peer chose, both sides learn both choices and the rank that made each; there is no fallback.</summary>
    [Theory]
    [MemberData(nameof(OtherChoices))]
    public async Task OpenLink_OtherChoice_IsRefusedOnBothSidesNamingBothChoicesAndBothRanks(string parameter, string choice)
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var request = Good(agreement);
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

    /// <summary>
    /// ML-KEM rejects implicitly: an altered ciphertext raises no error, and the two sides continue with different keys, so the initiator's
    /// hello is refused.
    /// </summary>
    [Fact]
    public async Task OpenLink_CiphertextAltered_HelloIsRefusedAndAValidOneIsAnswered()
    {
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token);

        Assert.Empty(await HelloAsync(reply => reply.Ciphertext = Changed(reply.Ciphertext)));
        await _cluster.Logs.WaitForAsync(message => message.EndsWith("its hello was refused (WrongProof).", StringComparison.Ordinal));
        Assert.Equal(LaneHello.AnswerLength, (await HelloAsync(static _ => { })).Length);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));
    }

    /// <summary>The channel is bound into the keys: if one side takes a link for another channel, the hello is refused.</summary>
    [Fact]
    public async Task OpenLink_TakenForAnotherChannel_HelloIsRefusedAndAValidOneIsAnswered()
    {
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token, channels: 2);

        Assert.Empty(await HelloAsync(static _ => { }, asked: 1, taken: 0, channels: 2));
        await _cluster.Logs.WaitForAsync(message => message.EndsWith("its hello was refused (WrongProof).", StringComparison.Ordinal));
        Assert.Equal(LaneHello.AnswerLength, (await HelloAsync(static _ => { }, asked: 1, taken: 1, channels: 2)).Length);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));
    }

    /// <summary>An offer that contradicts its own parameters is refused; there is no fallback to the offered key agreement.</summary>
    [Fact]
    public async Task OpenLink_OfferOfAnotherKeyAgreementThanTheParameters_IsRefusedNamingBoth()
    {
        using var stop = new CancellationTokenSource();
        var opening = OpenAtRankOneAsync(stop.Token);
        var refusal = await OfferAnotherKeyAgreementAsync();

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("for P256, not for SecP256r1MLKEM768", refusal.Status.Detail);
        Assert.False(opening.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));
    }

    /// <summary>
    /// Rank 2 is a worker of the job and initiates a link to rank 1 in its own name, but only the lower rank may initiate.
    /// </summary>
    [Fact]
    public async Task OpenLink_HigherRankInitiates_IsRefused()
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var request = Good(agreement);
        request.InitiatorRank = 2;
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(2, request));
        Assert.Equal(StatusCode.PermissionDenied, refusal.StatusCode);
        Assert.Contains("the lower rank opens it, for itself", refusal.Status.Detail);
        Assert.Contains(_cluster.Logs.Warnings,
            warning => warning.EndsWith("was refused a link from rank 2 to rank 1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenLink_WorkerOfAnotherJob_IsRefused()
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var refusal = await Assert.ThrowsAsync<ConnectionException>(() => CallAsync(0, Good(agreement), job: "job-b"));
        Assert.Equal(ConnectionFailure.ClosedAfterHandshake, refusal.Failure);
    }

    [Fact]
    public async Task OpenLink_CommunicatorNeverOpened_WaitsUntilTheCallersDeadline()
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => CallAsync(0, Good(agreement), TimeSpan.FromSeconds(1)));
        Assert.Equal(StatusCode.DeadlineExceeded, refusal.StatusCode);
    }

    /// <summary>Only rank 0 serves Join; every other rank answers that it is not implemented.</summary>
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

    /// <summary>
    /// Sends an offer that contradicts its parameters. The call waits until the rank begins to open the communicator, and is then refused
    /// for its offer.
    /// </summary>
    private async Task<RpcException> OfferAnotherKeyAgreementAsync()
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.P256);
        return await Assert.ThrowsAsync<RpcException>(() => CallAsync(0, Good(agreement)));
    }

    private static void Replace(OpenLinkRequest request, uint cause, int idLength = 16, string id = Id, uint channel = 0)
    {
        (request.Replacement, request.Cause, request.FirstLink, request.CommunicatorId) = (
            1, cause, ByteString.CopyFrom(new byte[idLength]), id);
        request.Channel = channel;
    }

    private static ByteString Changed(ByteString bytes)
    {
        var changed = bytes.ToByteArray();
        changed[^1] ^= 1;
        return ByteString.CopyFrom(changed);
    }

    private Task<Communicator> OpenAtRankOneAsync(CancellationToken cancellationToken, int channels = 1) =>
        Task.Run(() => _jobs[1].OpenCommunicatorAsync(Id, new CommunicatorOptions { Channels = channels }, cancellationToken),
            CancellationToken.None);

    private OpenLinkRequest Good(InitiatorAgreement agreement, int channels = 1) => new()
    {
        SessionId = ByteString.CopyFrom(_sessionId),
        Epoch = JobRoster.FirstEpoch,
        CommunicatorId = Id,
        Parameters = new GroupParameters(new CommunicatorOptions { Channels = channels }, AutomaticSuite.OfThisMachine).List.ToString(),
        InitiatorRank = 0,
        ResponderRank = 1,
        Contribution = ByteString.CopyFrom(agreement.Offer.Contribution),
        PublicKey = ByteString.CopyFrom(agreement.Offer.PublicKey.Span),
        EncapsulationKey = ByteString.CopyFrom(agreement.Offer.EncapsulationKey.Span),
        Positions = { 0 },
    };

    /// <summary>Opens the link as the initiator with an altered reply, and sends the hello of lane 0.</summary>
    /// <returns>The bytes received until the connection ended or the answer was complete.</returns>
    private async Task<byte[]> HelloAsync(Action<OpenLinkReply> change, ushort asked = 0, ushort taken = 0, int channels = 1)
    {
        using var agreement = InitiatorAgreement.Create(KeyAgreementCode.SecP256r1MLKEM768);
        await using var connection = await ConnectAsync(0, TestPki.DefaultJob);
        var request = Good(agreement, channels);
        request.Channel = asked;
        var reply = await CallAsync(connection, request, Limit);
        change(reply);
        Assert.True(ResponderAnswer.TryRead(
            agreement.Offer.KeyAgreement, reply.PublicKey.Span, reply.Ciphertext.Span, reply.Contribution.Span, out var answer));
        using var keys = LinkKeys.Derive(Transcript(agreement.Offer, answer, reply, connection.Peer, taken, channels), agreement);
        var hello = new byte[LaneHello.Length];
        keys.WriteHello(0, hello);

        Assert.True(HostPort.TryParse(reply.LaneEndpoint, out var lanes));
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(Limit);
        await client.ConnectAsync(lanes.Host, lanes.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(hello, limit.Token);
        var received = new byte[LaneHello.AnswerLength];
        var length = await stream.ReadAtLeastAsync(received, received.Length, throwOnEndOfStream: false, limit.Token);
        return received[..length];
    }

    private LinkTranscript Transcript(
        InitiatorOffer offer, ResponderAnswer answer, OpenLinkReply reply, RpcConnection connection, ushort channel, int channels)
    {
        var parameters = new GroupParameters(new CommunicatorOptions { Channels = channels }, AutomaticSuite.OfThisMachine);
        return new LinkTranscript
        {
            Suite = parameters.Suite,
            Protection = parameters.Protection,
            Transport = parameters.Transport,
            SessionId = _sessionId,
            Epoch = JobRoster.FirstEpoch,
            CommunicatorId = Encoding.UTF8.GetBytes(Id),
            ParameterHash = parameters.List.Hash(),
            KeyAgreement = parameters.KeyAgreement,
            Channel = channel,
            LinkId = reply.LinkId.Memory,
            InitiatorRank = 0,
            ResponderRank = 1,
            LaneCount = parameters.LaneCount,
            Operation = 0,
            InitiatorLeafHash = PeerIdentity.Of(connection.OwnCertificate!, IdentityMap.Default).LeafHash,
            ResponderLeafHash = PeerIdentity.Of(connection.PeerCertificate!, IdentityMap.Default).LeafHash,
            InitiatorOffer = offer,
            ResponderAnswer = answer,
        };
    }

    private async Task<OpenLinkReply> CallAsync(
        int caller, OpenLinkRequest request, TimeSpan? timeout = null, string job = TestPki.DefaultJob)
    {
        await using var connection = await ConnectAsync(caller, job);
        return await CallAsync(connection, request, timeout ?? Limit);
    }

    private static Task<OpenLinkReply> CallAsync(ClientConnection connection, OpenLinkRequest request, TimeSpan timeout) =>
        connection.CallAsync(
        calls => new Worker.WorkerClient(calls).OpenLinkAsync(request, deadline: DateTime.UtcNow + timeout).ResponseAsync,
            CancellationToken.None);

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
