using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Limits on the memory and work that a worker with a valid certificate can cause at another worker's control port.</summary>
public sealed class ControlPortLimitsTests
{
    private const string OpenLink = "/securecollectives.v1.Worker/OpenLink";

    private const ushort MaxConcurrentStreams = 3;
    private const ushort InitialWindowSize = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> WithoutData => [.. Floods.Keys];

    /// <summary>Gets the frames that carry no data, by name.</summary>
    private static Dictionary<string, byte[]> Floods { get; } = new()
    {
        ["pings"] = RawHttp2.Frame(RawHttp2.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
        ["settings"] = RawHttp2.Frame(RawHttp2.Settings, 0, 0),
        ["window updates"] = RawHttp2.Frame(RawHttp2.WindowUpdate, 0, 0, 0, 0, 0, 1),
        ["empty data"] = RawHttp2.Frame(RawHttp2.Data, 0, 1),
        ["padding"] = RawHttp2.Frame(RawHttp2.Data, RawHttp2.Padded, 1, [99, .. new byte[99]]),
        ["frames of unknown type"] = RawHttp2.Frame(0xFA, 0, 0, new byte[64]),
    };

    /// <summary>Frames within the allowance are answered; the connection closes within 2 KiB beyond it.</summary>
    [Theory]
    [MemberData(nameof(WithoutData))]
    public async Task Connection_FloodWithoutData_IsClosedAfterItsAllowance(string what)
    {
        const int Margin = 2 << 10;
        await using var job = await RunningJob.StartAsync(2);
        await using var member = await RawHttp2.ConnectAsync(job.Ports(0).Control, job.Cluster.Pki.CreateTlsOptions(1));
        await member.SendAsync(RawHttp2.Call(1, OpenLink));
        var frame = Floods[what];

        // Sent in parts, each of which is answered, because Kestrel limits the frames that it has yet to answer.
        for (var sent = 0; sent < Http2Allowance.Capacity - Margin;)
        {
            var part = Repeat(frame, 1024);
            await member.SendAsync(part);
            await member.ProveAliveAsync(Limit);
            sent += part.Length + RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]).Length;
        }

        try
        {
            await member.SendAsync(Repeat(frame, 2 * Margin));
        }
        catch (IOException)
        {
            // The connection is already closed.
        }

        await member.ReadToEndAsync(Limit);
        await job.Cluster.Logs.WaitForAsync(
            message => message.Contains($"more than {Http2Allowance.Capacity} bytes arrived that carry no data", StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }

    /// <summary>The window limits the data that a connection can make this worker buffer to 64 KiB.</summary>
    [Fact]
    public async Task Connection_Settings_GrantFourCallsAndSixtyFourKibibytes()
    {
        await using var job = await RunningJob.StartAsync(2);
        await using var member = await RawHttp2.ConnectAsync(job.Ports(0).Control, job.Cluster.Pki.CreateTlsOptions(1));
        var (type, _, payload) = await member.ReadFrameAsync(Limit);
        Assert.Equal(RawHttp2.Settings, type);
        var settings = payload.Chunk(6).ToDictionary(
            setting => BinaryPrimitives.ReadUInt16BigEndian(setting), setting => BinaryPrimitives.ReadUInt32BigEndian(setting.AsSpan(2)));
        Assert.Equal(4u, settings[MaxConcurrentStreams]);
        Assert.Equal(65_535u, settings.GetValueOrDefault(InitialWindowSize, 65_535u));

        // The connection's window stays at its initial 65,535 bytes: no WINDOW_UPDATE arrives before the answer to this ping.
        await member.SendAsync(RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]));
        for (var next = await member.ReadFrameAsync(Limit); next.Type != RawHttp2.Ping; next = await member.ReadFrameAsync(Limit))
        {
            Assert.NotEqual(RawHttp2.WindowUpdate, next.Type);
        }
    }

    [Fact]
    public async Task OpenLink_RequestOfSeventeenKibibytes_IsRefused()
    {
        await using var job = await RunningJob.StartAsync(2);
        await using var connection = await ConnectAsync(job.Cluster.Pki, job.Ports(1).Control, rank: 0);
        var request = new OpenLinkRequest { Contribution = ByteString.CopyFrom(new byte[17 << 10]) };
        var refusal = await Assert.ThrowsAnyAsync<RpcException>(() => CallAsync(connection, request));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        await job.ProveUnharmedAsync();
    }

    /// <summary>The certificate is from the same authority and trust domain, so the handshake succeeds, but no HTTP/2 is read.</summary>
    [Fact]
    public async Task Connection_OfAWorkerOfAnotherJob_IsClosedRightAfterTheHandshake()
    {
        await using var job = await RunningJob.StartAsync(2);
        await using var rawConnection = await RawHttp2.AuthenticateAsync(
            job.Ports(1).Control, job.Cluster.Pki.CreateTlsOptions(0, "job-b"));
        await rawConnection.ReadToEndAsync(Limit);
        await job.Cluster.Logs.WaitForAsync(
            message => message.Contains("closed after its handshake", StringComparison.Ordinal)
                && message.Contains("job-b/rank/0 is not of job 'job-a'", StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }

    /// <summary>The limit is per worker: other workers' connections and closed connections do not count.</summary>
    [Fact]
    public async Task Connections_MoreThanAWorkerMayHave_AreRefused()
    {
        using var pki = new TestPki();
        var connections = new MemberConnections(pki.Worker(0));
        var one = await ServedConnection.OfAsync(pki, rank: 1);
        var other = await ServedConnection.OfAsync(pki, rank: 2);
        for (var i = 0; i < MemberConnections.MaxPerWorker; i++)
        {
            Assert.True(connections.TryEnter(one, out _));
        }

        Assert.False(connections.TryEnter(one, out var refusal));
        Assert.Equal($"rank 1 has {MemberConnections.MaxPerWorker} connections already.", refusal);
        Assert.True(connections.TryEnter(other, out _));
        connections.Left(one);
        Assert.True(connections.TryEnter(one, out _));
    }

    /// <summary>If the worker never gets a roster, callers are still answered in bounded time.</summary>
    [Fact]
    public async Task OpenLink_BeforeTheRoster_IsAnsweredInTime()
    {
        var time = new TimerTime(DateTimeOffset.UnixEpoch);
        using var pki = new TestPki();
        var service = new WorkerService(pki.Worker(1), time, NullLogger.Instance);
        await using var host = await ServedConnection.ServeAsync(pki, rank: 1, new RpcServices().Add(service));
        await using var connection = await ConnectAsync(pki, host.EndPoints[0].Port, rank: 0);
        var call = CallAsync(connection, new OpenLinkRequest());
        await time.TimerCreated.WaitAsync(Limit);
        time.Advance(WorkerService.MaxRosterWait - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        var refusal = await Assert.ThrowsAnyAsync<RpcException>(() => call);
        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
        Assert.Contains("has not joined its job within 30 s", refusal.Status.Detail);
    }

    private static byte[] Repeat(byte[] frame, int bytes) =>
        [.. Enumerable.Repeat(frame, (bytes + frame.Length - 1) / frame.Length).SelectMany(one => one)];

    private static Task<OpenLinkReply> CallAsync(ClientConnection connection, OpenLinkRequest request) => connection.CallAsync(
        calls => new Worker.WorkerClient(calls).OpenLinkAsync(request, deadline: DateTime.UtcNow + Limit).ResponseAsync,
            CancellationToken.None);

    private static Task<ClientConnection> ConnectAsync(TestPki pki, int port, int rank)
    {
        var tls = pki.CreateTlsOptions(rank);
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = port,
            Tls = (
            _, _) => ValueTask.FromResult(tls.ForClient([], expected: null, _ => { }))
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }
}
