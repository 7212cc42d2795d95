using System.Net;
using Google.Protobuf;
using Grpc.Core;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;
using SecureCollectives.Tests.Telemetry;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// The requests that Rendezvous.Join refuses. Each refusal is counted, logged once a minute, and remembered for the message about missing
/// ranks. Runs alone, because the metric covers all jobs in the process.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class RendezvousServiceTests : IAsyncLifetime
{
    private const int WorldSize = 3;
    private const string RunId = "run";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly ParameterList Parameters = new(("protocol", 1));

    private readonly TestPki _pki = new();
    private readonly RecordingLoggerFactory _logs = new();
    private readonly RendezvousBoard _board = new(WorldSize);
    private readonly JoinRefusals _refusals;
    private readonly Measurements _measured = new();
    private RpcHost? _host;
    private ClientConnection? _connection;

    public RendezvousServiceTests() => _refusals = new JoinRefusals(_pki.Worker(0), WorldSize);

    public static TheoryData<string, StatusCode, string, string> Wrong => new()
    {
        { "run id", StatusCode.NotFound, "other-run", "the run ids differ" },
        { "parameters", StatusCode.FailedPrecondition, "parameters", "protocol is 2 at rank 1 and 1 at rank 0" },
        { "nonce", StatusCode.InvalidArgument, "malformed", "The nonce must have 32 bytes" },
        { "endpoint", StatusCode.InvalidArgument, "malformed", "endpoint" },
        { "suites", StatusCode.InvalidArgument, "malformed", "The suites must be 1 to " },
    };

    public async ValueTask InitializeAsync()
    {
        var service = new RendezvousService(
            _board, _refusals, _pki.Worker(0), WorldSize, RunId, Parameters, TimeProvider.System, _logs.Logger);
        _host = await ServedConnection.ServeAsync(_pki, rank: 0, new RpcServices().Add(service));
        var tls = _pki.CreateTlsOptions(1);
        _connection = await ClientConnection.ConnectAsync(
            new ClientConnectionOptions
            {
                Host = $"{IPAddress.Loopback}",
                Port = _host.EndPoints[0].Port,
                Tls = (_, _) => ValueTask.FromResult(tls.ForClient([], expected: null, _ => { })),
            },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _measured.Dispose();
        _pki.Dispose();
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Join_Wrong_IsRefusedCountedAndLoggedOnce(string field, StatusCode status, string reason, string words)
    {
        const int Times = 3;
        for (var i = 0; i < Times; i++)
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => JoinAsync(Request(field)));
            Assert.Equal(status, refusal.StatusCode);
            Assert.Contains(words, refusal.Status.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(Times, Refusals(reason));
        Assert.StartsWith("Refused a request by rank 1", Assert.Single(_logs.Warnings));
        Assert.Contains(words, _refusals.About([1]), StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], _board.Missing);
    }

    /// <summary>
    /// All ranks have joined, but one of them announced an endpoint that other hosts cannot reach, so every worker is refused.
    /// </summary>
    [Fact]
    public async Task Join_EndpointsThatCannotBeOneJob_EachRefusalIsCounted()
    {
        var joining = JoinAsync(Request("none"));
        await _logs.WaitForAsync(message => message.StartsWith("Rank 1 joined from", StringComparison.Ordinal));
        _board.GiveUp(new MembershipException(MembershipError.Configuration, "The job spans several hosts."));

        var refusal = await Assert.ThrowsAsync<RpcException>(() => joining);

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Equal("The job spans several hosts.", refusal.Status.Detail);
        Assert.Equal(1, Refusals("endpoint"));
    }

    private static JoinRequest Request(string wrong) => new()
    {
        RunId = wrong == "run id" ? "yesterday" : RunId,
        Rank = 1,
        Nonce = ByteString.CopyFrom(new byte[wrong == "nonce" ? 31 : 32]),
        Endpoint = wrong == "endpoint" ? "nowhere" : "127.0.0.1:1",
        Parameters = wrong == "parameters" ? new ParameterList(("protocol", 2)).ToString() : Parameters.ToString(),
        Suites = ByteString.CopyFrom(wrong == "suites" ? (byte)0 : (byte)1),
    };

    private int Refusals(string reason) =>
        _measured.Of("securecollectives.connection.refusals", ("securecollectives.refusal.reason", reason)).Length;

    /// <summary>Joins, and reads updates until the call ends.</summary>
    private Task<int> JoinAsync(JoinRequest request) => _connection!.CallAsync(
        async calls =>
        {
            using var call = new Rendezvous.RendezvousClient(calls).Join(request, deadline: DateTime.UtcNow + Limit);
            var updates = 0;
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                updates++;
            }

            return updates;
        },
        CancellationToken.None);
}
