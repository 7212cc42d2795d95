using System.Net;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>The accepting end of a lane that a loop has attached and waits on. The test controls the other end of its call.</summary>
internal sealed class RestingLane : IAsyncDisposable
{
    /// <summary>A message of one byte.</summary>
    private static readonly byte[] First = Convert.FromHexString("00000000030A0141");

    private readonly RpcHost _server;
    private readonly ClientConnection _connection;
    private readonly LaneCall _client;
    private readonly Task _cut;

    private RestingLane(RpcHost server, ClientConnection connection, LaneCall client, GrpcLane lane, SemaphoreSlim raised, Task cut)
    {
        _server = server;
        _connection = connection;
        _client = client;
        Lane = lane;
        Raised = raised;
        _cut = cut;
    }

    public GrpcLane Lane { get; }

    /// <summary>Released when the lane raises its loop's signal.</summary>
    public SemaphoreSlim Raised { get; }

    public static async Task<RestingLane> CreateAsync()
    {
        var accepted = new TaskCompletionSource<GrpcLane>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await RpcHost.StartAsync(new RpcHostOptions
        {
            Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
            Services = new RpcServices().AddRaw(GrpcLaneSettings.Attach, new LaneEndpoint(async (stream, cutOff) =>
            {
                using var watch = cutOff.Register(() => cut.TrySetResult());

                // Wait for all of it, so that the lane's first read completes synchronously and cannot raise the signal later.
                var first = await stream.Input.ReadAtLeastAsync(First.Length, cutOff);
                stream.Input.AdvanceTo(first.Buffer.Start);
                var lane = new GrpcLane(stream);
                lane.TrySend([1], default, out _);
                accepted.SetResult(lane);
                await lane.Closed;
            }).InvokeAsync),
            StopGrace = TimeSpan.Zero,
        });
        var connection = await ClientConnection.ConnectAsync(
            new ClientConnectionOptions { Host = "127.0.0.1", Port = server.EndPoints[0].Port }, CancellationToken.None);
        var client = await ConnectedLaneCall.OpenAsync(connection, First, CancellationToken.None).WaitAsync(LanePump.Limit);
        var taken = await accepted.Task.WaitAsync(LanePump.Limit);
        var raised = new SemaphoreSlim(0);
        taken.AttachSignal(() => raised.Release());
        Assert.Equal([0x41], LanePump.Receive(taken, 1));
        Assert.Equal(LaneOutcome.WouldBlock, taken.TryReceive(new byte[1], out _));
        Assert.Equal(0, raised.CurrentCount);
        return new RestingLane(server, connection, client, taken, raised, cut.Task);
    }

    /// <summary>Sends bytes of the call's body, without buffering them.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _client.Output.WriteAsync(bytes);
        await _client.Output.FlushAsync();
    }

    /// <summary>Resets the call after the bytes sent so far, and waits until the accepting end has noticed.</summary>
    public async Task CutAsync()
    {
        _client.Abort();
        await _cut.WaitAsync(LanePump.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        Lane.Dispose();
        await _client.DisposeAsync();
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }
}
