using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// Tests how long a disposed lane keeps its call: until the peer has received the last bytes and has also ended, but not forever.
/// </summary>
public sealed class GrpcLaneLingerTests
{
    /// <summary>A message of one byte.</summary>
    private static readonly byte[] Message = Convert.FromHexString("00000000030A0141");

    [Fact]
    public async Task Dispose_PeerContinuesForAWhile_IsNotCutOffBeforeItEnds()
    {
        var call = new PipedCall();
        var lane = new GrpcLane(call, linger: Timeout.InfiniteTimeSpan);
        Assert.Equal(LaneOutcome.Moved, lane.TrySend([0x41], default, out _));
        lane.Dispose();

        // The peer sees the end of stream, but still sends the message that it had begun.
        var heard = await call.PeerInput.ReadAtLeastAsync(Message.Length + 1).AsTask().WaitAsync(LanePump.Limit);
        Assert.True(heard.IsCompleted);
        Assert.Equal(Message.Length, heard.Buffer.Length);
        await call.PeerOutput.WriteAsync(Message);
        Assert.False(lane.Closed.IsCompleted);
        await call.PeerOutput.CompleteAsync();
        await lane.Closed.WaitAsync(LanePump.Limit);
        Assert.False(call.WasCutOff);
    }

    /// <param name="isFull">Whether the sent bytes cannot leave because the peer does not read either.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_PeerNeverEnds_IsCutOffAfterTheLinger(bool isFull)
    {
        var call = new PipedCall();
        var lane = new GrpcLane(call, linger: TimeSpan.FromMilliseconds(1));
        if (isFull)
        {
            LanePump.Fill(lane, int.MaxValue);
        }

        lane.Dispose();
        await lane.Closed.WaitAsync(LanePump.Limit);
        Assert.True(call.WasCutOff);
    }

    /// <summary>Lanes of unauthenticated connections end this way, without keeping anything on this side.</summary>
    [Fact]
    public async Task Dispose_AfterACut_DoesNotWait()
    {
        var call = new PipedCall();
        var lane = new GrpcLane(call, linger: Timeout.InfiniteTimeSpan);
        using var limit = new CancellationTokenSource();
        var hello = lane.ReceiveAsync(new byte[2], limit.Token);
        await call.PeerOutput.WriteAsync(Message);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hello);
        lane.Abort();
        lane.Dispose();
        await lane.Closed.WaitAsync(LanePump.Limit);
    }
}
