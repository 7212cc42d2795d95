using System.Net;
using Grpc.Core;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// A lane that is cut at any point is broken. The cut never looks like an orderly end, and the lane never delivers bytes that were not
/// sent.
/// </summary>
public sealed class GrpcLaneBrokenTests
{
    private const int Pieces = 20;

    /// <summary>A message of 3 bytes, and the first 3 bytes of one of 10.</summary>
    private static readonly byte[] OneAndAPart = Convert.FromHexString("00000000050A03414243" + "000000000C0A0A414243");

    private static readonly byte[] One = OneAndAPart[..10];

    public static TheoryData<string, int> Cuts => new()
    {
        { "end in mid-message", 6 },
        { "reset in mid-message", 6 },
        { "connection lost in mid-message", 6 },
        { "reset between messages", 3 },
        { "connection lost between messages", 3 },
        { "status", 3 },
        { "another field", 3 },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Receive_ServerCuts_IsBroken(string how, int most)
    {
        await using var server = how == "status"
            ? await LibraryAcceptor.StartAsync(StatusCode.Aborted, One[7..]) : await ServeAsync(async stream =>
        {
            await TakeAsync(stream);
            await stream.Output.WriteAsync(Bytes(how));
            await TakeAsync(stream); // The client has opened its lane.
            switch (how)
            {
                case "reset in mid-message" or "reset between messages":
                    stream.Abort();
                    break;
                case "connection lost in mid-message" or "connection lost between messages":
                    stream.Connection.Abort();
                    break;
                default:
                    await stream.EndOutputAsync();
                    break;
            }
        });
        await using var connection = await ConnectAsync(server);
        using var lane = new GrpcLane(await ConnectedLaneCall.OpenAsync(connection, One, CancellationToken.None).WaitAsync(LanePump.Limit));
        LanePump.SendAll(lane, [1]);

        Assert.Equal(LaneOutcome.Broken, LanePump.ReceiveEnd(lane, out var received));
        Assert.InRange(received, 0, most);
        Assert.Equal(LaneOutcome.Broken, lane.TryReceive(new byte[1], out _));
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Receive_ClientCuts_IsBroken(string how, int most)
    {
        if (how == "status")
        {
            return; // A client cannot send one.
        }

        var accepted = new TaskCompletionSource<GrpcLane>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async stream =>
        {
            var lane = new GrpcLane(stream);
            Assert.Equal(LaneOutcome.Moved, lane.TrySend([1], default, out _));
            accepted.SetResult(lane);
            await lane.Closed;
        });
        var connection = await ConnectAsync(server);
        await using var stream = await ConnectedLaneCall.OpenAsync(connection, Bytes(how), CancellationToken.None)
            .WaitAsync(LanePump.Limit);
        switch (how)
        {
            case "reset in mid-message" or "reset between messages":
                stream.Abort();
                break;
            case "connection lost in mid-message" or "connection lost between messages":
                await connection.DisposeAsync();
                break;
            default:
                await stream.EndOutputAsync();
                break;
        }

        using var lane = await accepted.Task.WaitAsync(LanePump.Limit);
        Assert.Equal(LaneOutcome.Broken, LanePump.ReceiveEnd(lane, out var received));
        Assert.InRange(received, 0, most);
        LanePump.Until(() => how.StartsWith("end", StringComparison.Ordinal)
            || lane.TrySend(new byte[1], default, out _) == LaneOutcome.Broken);
        await connection.DisposeAsync();
    }

    /// <summary>
    /// The peer's last bytes usually say why it left, so they are delivered even if the call was cut before anybody read them.
    /// </summary>
    [Fact]
    public async Task Receive_CutBetweenReads_ReturnsEarlierBytesInSmallPieces()
    {
        await using var ends = await RestingLane.CreateAsync();
        for (var piece = 0; piece < Pieces; piece++)
        {
            await ends.SendAsync(One);
            Assert.True(await ends.Raised.WaitAsync(LanePump.Limit), $"Piece {piece} was not received.");
        }

        await ends.CutAsync();
        Assert.Equal(LaneOutcome.Broken, LanePump.ReceiveEnd(ends.Lane, out var received));
        Assert.Equal(3 * Pieces, received);
    }

    [Fact]
    public async Task Receive_CutWhileAPieceIsBuffered_ReturnsAllOfIt()
    {
        const int Length = 10_000;
        await using var ends = await RestingLane.CreateAsync();
        var message = new byte[LaneMessageFormat.MaxHeaderLength + Length];
        var header = LaneMessageFormat.WriteHeader(message, Length);
        await ends.SendAsync(message.AsMemory(0, header + Length));
        Assert.True(await ends.Raised.WaitAsync(LanePump.Limit));
        await ends.CutAsync();

        var (count, end) = (0, LaneOutcome.Moved);
        for (var piece = new byte[999]; end == LaneOutcome.Moved; end = ends.Lane.TryReceive(piece, out var more), count += more)
        {
        }

        Assert.Equal((Length, LaneOutcome.Broken), (count, end));
    }

    [Fact]
    public async Task Receive_ServerCutsBetweenReads_ReturnsEarlierBytesInSmallPieces()
    {
        await using var server = await ServeAsync(async stream =>
        {
            for (var piece = 0; piece <= Pieces; piece++)
            {
                await TakeAsync(stream);
                await stream.Output.WriteAsync(One);
            }

            await TakeAsync(stream);
            stream.Abort();
        });
        await using var connection = await ConnectAsync(server);
        var stream = await ConnectedLaneCall.OpenAsync(connection, One, CancellationToken.None).WaitAsync(LanePump.Limit);

        // Wait for the whole first piece, so that the lane's first read completes synchronously and cannot raise the signal later.
        var first = await stream.Input.ReadAtLeastAsync(One.Length).AsTask().WaitAsync(LanePump.Limit);
        stream.Input.AdvanceTo(first.Buffer.Start);
        using var lane = new GrpcLane(stream);
        var raised = new SemaphoreSlim(0);
        lane.AttachSignal(() => raised.Release());
        Assert.Equal(One[7..], LanePump.Receive(lane, 3));
        Assert.Equal(LaneOutcome.WouldBlock, lane.TryReceive(new byte[1], out _));
        Assert.Equal(0, raised.CurrentCount);
        for (var piece = 0; piece < Pieces; piece++)
        {
            LanePump.SendAll(lane, [1]);
            Assert.True(await raised.WaitAsync(LanePump.Limit), $"Piece {piece} was not received.");
        }

        LanePump.Until(() => lane.TrySend([1], default, out _) == LaneOutcome.Broken);
        Assert.Equal(LaneOutcome.Broken, LanePump.ReceiveEnd(lane, out var received));
        Assert.Equal(3 * Pieces, received);
    }

    /// <summary>A sender that waits for room learns that there will be none.</summary>
    [Fact]
    public async Task Send_BlockedAndThenCut_WakesTheLoopAndIsBroken()
    {
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async stream =>
        {
            await stream.Output.WriteAsync(One);
            await cut.Task;
            stream.Connection.Abort();
        });
        await using var connection = await ConnectAsync(server);
        using var lane = new GrpcLane(await ConnectedLaneCall.OpenAsync(connection, One, CancellationToken.None).WaitAsync(LanePump.Limit));
        var raised = new SemaphoreSlim(0);
        lane.AttachSignal(() => raised.Release());
        LanePump.Until(() => lane.TrySend(new byte[256 << 10], default, out _) == LaneOutcome.WouldBlock);
        cut.SetResult();

        while (lane.TrySend(new byte[256 << 10], default, out _) != LaneOutcome.Broken)
        {
            Assert.True(await raised.WaitAsync(LanePump.Limit));
        }
    }

    private static async Task TakeAsync(LaneCall stream)
    {
        var read = await stream.Input.ReadAtLeastAsync(1);
        stream.Input.AdvanceTo(read.Buffer.End);
    }

    private static byte[] Bytes(string how) =>
        how == "another field" ? [.. One, .. Convert.FromHexString("0000000003120141")]
        : how.EndsWith("mid-message", StringComparison.Ordinal) ? OneAndAPart
        : One;

    private static Task<RpcHost> ServeAsync(Func<LaneCall, Task> handler) => RpcHost.StartAsync(new RpcHostOptions
    {
        Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
        Services = new RpcServices().AddRaw(GrpcLaneSettings.Attach, new LaneEndpoint((stream, _) => handler(stream)).InvokeAsync),
        StopGrace = TimeSpan.Zero,
    });

    private static Task<ClientConnection> ConnectAsync(RpcHost server) =>
        ClientConnection.ConnectAsync(
            new ClientConnectionOptions { Host = "127.0.0.1", Port = server.EndPoints[0].Port }, CancellationToken.None);
}
