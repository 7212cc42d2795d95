using Google.Protobuf;
using Grpc.Core;
using SecureCollectives.Faults;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using Wire = SecureCollectives.Membership.Wire;

namespace SecureCollectives.Tests.Membership;

/// <summary>Faults.Watch called by a member with a valid certificate that violates the protocol. The job continues unharmed.</summary>
public sealed class FaultServiceTests
{
    private const int Size = 3;
    private const int Liar = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Report_ThatBlamesARankOutsideTheWorld_IsRefusedAndNamed()
    {
        await using var job = await RunningJob.StartAsync(Size);
        await using var connection = await ConnectAsync(job);
        await TalkAsync(connection, async call =>
        {
            await call.RequestStream.WriteAsync(Greeting(job.Jobs[0].SessionId.Span));
            await call.RequestStream.WriteAsync(Report("running", suspect: 99));
            await call.RequestStream.WriteAsync(Report("running", suspect: 1, witness: 3));
            await call.RequestStream.WriteAsync(Report("running", suspect: 1, reason: 6));
            await ProveAnsweredAsync(call);
        });
        await job.Cluster.Logs.WaitForAsync(
            message => message == $"Refused a failure report from rank {Liar}: it names rank 99, but the job has ranks 0 to 2.");
        await job.Cluster.Logs.WaitForAsync(
            message => message == $"Refused a failure report from rank {Liar}: it names rank 3, but the job has ranks 0 to 2.");
        await job.ProveUnharmedAsync();
    }

    [Fact]
    public async Task Report_OfCommunicatorsThatAreNotOpen_OpensNoCase()
    {
        await using var job = await RunningJob.StartAsync(Size);
        await using var connection = await ConnectAsync(job);
        await TalkAsync(connection, async call =>
        {
            await call.RequestStream.WriteAsync(Greeting(job.Jobs[0].SessionId.Span));
            for (var number = 0; number < 2 * Arbiter.MaxCases; number++)
            {
                await call.RequestStream.WriteAsync(Report($"made up {number}", suspect: 1));
            }

            await ProveAnsweredAsync(call);
        });
        Assert.DoesNotContain(job.Cluster.Logs.Logger.Entries,
            entry => entry.Message.Contains("failed on all ranks", StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }

    /// <summary>
    /// The genuine worker of the liar's rank keeps its own connection, which replaces the liar's each time it reconnects. The liar then
    /// opens another.
    /// </summary>
    [Fact]
    public async Task Watch_FloodOfMessages_IsClosedAndNamed()
    {
        await using var job = await RunningJob.StartAsync(Size);
        using var limit = new CancellationTokenSource(Limit);
        var status = StatusCode.OK;
        while (status != StatusCode.ResourceExhausted)
        {
            limit.Token.ThrowIfCancellationRequested();
            await using var connection = await ConnectAsync(job);
            status = (await Assert.ThrowsAnyAsync<RpcException>(
                () => TalkAsync(connection, call => FloodAsync(call, job.Jobs[0].SessionId)))).StatusCode;
        }

        await job.Cluster.Logs.WaitForAsync(
            message => message.StartsWith($"Rank {Liar} sent more failure messages than a worker needs", StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }

    [Theory]
    [InlineData("another session", StatusCode.FailedPrecondition)]
    [InlineData("no greeting", StatusCode.InvalidArgument)]
    public async Task Watch_WithoutAProperGreeting_IsRefused(string how, StatusCode expected)
    {
        await using var job = await RunningJob.StartAsync(Size);
        await using var connection = await ConnectAsync(job);
        var refusal = await Assert.ThrowsAnyAsync<RpcException>(() => TalkAsync(connection, async call =>
        {
            await call.RequestStream.WriteAsync(how == "no greeting" ? Report("running", suspect: 1) : Greeting(new byte[32]));
            await call.ResponseStream.MoveNext(CancellationToken.None);
        }));
        Assert.Equal(expected, refusal.StatusCode);
        await job.ProveUnharmedAsync();
    }

    private static FaultMessage Greeting(ReadOnlySpan<byte> session) =>
        new() { Greeting = new FaultGreeting { SessionId = ByteString.CopyFrom(session) } };

    private static FaultMessage Report(string communicator, uint suspect, uint witness = Liar, uint reason = 1) => new()
    {
        Report = new Wire.FaultReport
        {
            Instance = new FaultInstance { CommunicatorId = communicator },
            Reason = reason,
            Suspect = suspect,
            Witness = witness,
            Wait = new FaultWait(),
            Detail = "it is a lie",
        },
    };

    /// <summary>A probe is answered only after everything sent before it has been processed.</summary>
    private static async Task ProveAnsweredAsync(AsyncDuplexStreamingCall<FaultMessage, FaultMessage> call)
    {
        await call.RequestStream.WriteAsync(new FaultMessage { Probe = new FaultProbe() });
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Limit));
        }
        while (call.ResponseStream.Current.MessageCase != FaultMessage.MessageOneofCase.Probe);
    }

    /// <summary>Sends probes until the call ends, and throws the call's status.</summary>
    private static async Task FloodAsync(AsyncDuplexStreamingCall<FaultMessage, FaultMessage> call, ReadOnlyMemory<byte> session)
    {
        var answers = DrainAsync(call.ResponseStream);
        try
        {
            await call.RequestStream.WriteAsync(Greeting(session.Span));
            while (!answers.IsCompleted)
            {
                await call.RequestStream.WriteAsync(new FaultMessage { Probe = new FaultProbe() });
            }
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
            // The call has ended; reading the answers throws its status.
        }

        await answers;
    }

    private static async Task DrainAsync(IAsyncStreamReader<FaultMessage> answers)
    {
        while (await answers.MoveNext(CancellationToken.None))
        {
        }
    }

    private static Task<bool> TalkAsync(
        ClientConnection connection, Func<AsyncDuplexStreamingCall<FaultMessage, FaultMessage>, Task> talk) => connection.CallAsync(
        async calls =>
        {
            using var call = new Wire.Faults.FaultsClient(calls).Watch();
            await talk(call);
            return true;
        },
        CancellationToken.None).WaitAsync(Limit);

    private static Task<ClientConnection> ConnectAsync(RunningJob job)
    {
        var tls = job.Cluster.Pki.CreateTlsOptions(Liar);
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = job.Ports(0).Control,
            Tls = (_, _) => ValueTask.FromResult(tls.ForClient([], expected: null, _ => { })),
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }
}
