using System.Net;
using System.Net.Security;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Microbenchmarks.Lanes;

/// <summary>Both ends of a gRPC lane. A thread drives each end as a loop does: it yields, then sleeps until the lane signals.</summary>
internal sealed class LanePair : IAsyncDisposable
{
    private const int HeaderBytes = 32;
    private const int YieldsBeforeSleep = 100;

    private readonly RpcHost _server;
    private readonly ClientConnection _connection;
    private readonly GrpcLane _connected;
    private readonly GrpcLane _accepted;

    private LanePair(RpcHost server, ClientConnection connection, GrpcLane connected, GrpcLane accepted)
    {
        _server = server;
        _connection = connection;
        _connected = connected;
        _accepted = accepted;
    }

    public static async Task<LanePair> OpenAsync(Identities? identities)
    {
        var accepted = new TaskCompletionSource<GrpcLane>(TaskCreationOptions.RunContinuationsAsynchronously);
        var greeting = new byte[LaneMessageFormat.MaxHeaderLength + 1];
        var length = LaneMessageFormat.WriteHeader(greeting, 1) + 1;
        var server = await RpcHost.StartAsync(new RpcHostOptions
        {
            Listeners =
            [
                new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))
                {
                    Tls = identities is null ? null : (_, _) =>
                        ValueTask.FromResult(identities.Server.ForServer([SslApplicationProtocol.Http2], null, _ => { })),
                },
            ],
            Services = new RpcServices().AddRaw(GrpcLaneSettings.Attach, new LaneEndpoint(async (stream, cutOff) =>
            {
                var lane = new GrpcLane(stream);
                await lane.ReceiveAsync(new byte[1], cutOff);
                lane.TrySend([1], default, out _);
                accepted.SetResult(lane);
                await lane.Closed;
            }).InvokeAsync),
            EnforceMinimumDataRates = false,
            Blocks = new BlockPool(),
            FlowControl = new RpcFlowControl(GrpcLaneSettings.Window, GrpcLaneSettings.Window),
        });
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = server.EndPoints[0].Port,
            StreamWindow = GrpcLaneSettings.Window,
            Tls = identities is null ? null : (_, _) =>
                ValueTask.FromResult(identities.Client.ForClient([SslApplicationProtocol.Http2], null, _ => { })),
        };
        var connection = await ClientConnection.ConnectAsync(options, CancellationToken.None);
        var connected = new GrpcLane(await ConnectedLaneCall.OpenAsync(connection, greeting.AsMemory(0, length), CancellationToken.None));
        await connected.ReceiveAsync(new byte[1], CancellationToken.None);
        return new LanePair(server, connection, connected, await accepted.Task);
    }

    /// <summary>Sends and receives the given number of bytes at the same time.</summary>
    public Task TransferAsync(long bytes) => Task.WhenAll(
        Task.Factory.StartNew(() => Drive(_connected, bytes), TaskCreationOptions.LongRunning),
        Task.Factory.StartNew(() => Drive(_accepted, bytes), TaskCreationOptions.LongRunning));

    public async ValueTask DisposeAsync()
    {
        _connected.Dispose();
        _accepted.Dispose();
        await Task.WhenAll(_connected.Closed, _accepted.Closed);
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static void Drive(GrpcLane lane, long bytes)
    {
        var raised = new ManualResetEventSlim();
        lane.AttachSignal(raised.Set);
        var (head, body, received) = (new byte[HeaderBytes], new byte[LaneThroughput.ChunkBytes], new byte[LaneThroughput.ChunkBytes]);
        var (toSend, toReceive, inChunk, idle) = (bytes, bytes, 0, 0);
        while (toSend > 0 || toReceive > 0)
        {
            raised.Reset();
            var moved = false;
            if (toSend > 0)
            {
                var fromHead = Math.Min(inChunk, head.Length);
                var rest = body.AsSpan(inChunk - fromHead);
                rest = rest[..(int)Math.Min(rest.Length, Math.Max(0, toSend - (head.Length - fromHead)))];
                moved = Moved(lane.TrySend(head.AsSpan(fromHead, (int)Math.Min(head.Length - fromHead, toSend)), rest, out var sent));
                toSend -= sent;
                inChunk = (inChunk + sent) % (head.Length + body.Length);
            }

            if (toReceive > 0)
            {
                moved |= Moved(lane.TryReceive(received.AsSpan(0, (int)Math.Min(received.Length, toReceive)), out var count));
                toReceive -= count;
            }

            idle = moved ? 0 : idle + 1;
            if (idle > YieldsBeforeSleep)
            {
                raised.Wait();
                idle = 0;
            }
            else if (!moved)
            {
                Thread.Yield();
            }
        }

        lane.AttachSignal(() => { });
    }

    private static bool Moved(LaneOutcome outcome) => outcome switch
    {
        LaneOutcome.Moved => true,
        LaneOutcome.WouldBlock => false,
        _ => throw new IOException($"The lane is {outcome}."),
    };
}
