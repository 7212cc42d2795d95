using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Tests the loop without failures, with all kinds of lanes and callers.</summary>
public sealed class LoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly int[] Lengths = [0, 1, 10_007];

    [Theory]
    [InlineData(2, 1, (byte)SuiteCode.None, 7)]
    [InlineData(2, 1, (byte)SuiteCode.Aes256Gcm, 7)]
    [InlineData(3, 5, (byte)SuiteCode.ChaCha20Poly1305, 33)]
    [InlineData(4, 16, (byte)SuiteCode.Aes256Gcm, 61)]
    public async Task AllReduce_LanesThatAcceptFewBytesAtATime_ReturnsTheSum(int size, int lanes, byte suite, int laneCapacity)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 4096, laneCapacity: laneCapacity, suite: (SuiteCode)suite);
        await group.RunAsync(async member =>
        {
            foreach (var length in Lengths)
            {
                var buffer = Enumerable.Range(0, length).Select(i => i + member.Rank).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.Equal(Enumerable.Range(0, length).Select(i => (i * size) + (size * (size - 1) / 2)), buffer);
            }
        });
    }

    /// <summary>
    /// Tests both ends of a lane with the key, nonce and tag lengths of AEGIS-128L and AEGIS-256, and with others, for small and large
    /// frames.
    /// </summary>
    [Theory]
    [InlineData(16, 16, 32, 64 * 1024)]
    [InlineData(32, 32, 32, 61)]
    [InlineData(27, 13, 19, 7)]
    public async Task AllReduce_SuitesOfOtherLengths_ReturnsTheSum(int key, int nonce, int tag, int laneCapacity)
    {
        var suite = new Suite((SuiteCode)200, key, nonce, tag);
        await using var group = MemoryGroup.Create(
            3, lanesPerLink: 2, chunkBytes: 4096, laneCapacity: laneCapacity, smallBytes: 1024, hashSuite: suite);
        await group.RunAsync(async member =>
        {
            foreach (var length in Lengths)
            {
                var buffer = Enumerable.Range(0, length).Select(i => i + member.Rank).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.Equal(Enumerable.Range(0, length).Select(i => (i * 3) + 3), buffer);
            }
        });
    }

    [Fact]
    public async Task AllReduce_TcpLanesWithSmallSocketBuffers_ReturnsTheSum()
    {
        await using var group = MemoryGroup.Create(
            3, 4, chunkBytes: 65536, suite: SuiteCode.Aes256Gcm, connect: () => LoopbackLanes.CreatePair(bufferBytes: 4096));
        await group.RunAsync(async member =>
        {
            var buffer = Enumerable.Range(0, 1_000_003).Select(i => i + member.Rank).ToArray();
            await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
            Assert.Equal(Enumerable.Range(0, 1_000_003).Select(i => (i * 3) + 3), buffer);
        });
    }

    /// <summary>Threads need not agree on an order if all their calls are identical.</summary>
    [Fact]
    public async Task Calls_SyncAndAsyncFromSeveralThreads_AllReturnTheSum()
    {
        await using var group = MemoryGroup.Create(3, suite: SuiteCode.Aes256Gcm);
        await Task.WhenAll(group.Members.SelectMany(member => Enumerable.Range(0, 4).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    var buffer = new[] { member.Rank + 1, 10 * (member.Rank + 1) };
                    if ((i + thread) % 2 == 0)
                    {
                        member.AllReduce<int>(buffer, ReduceOp.Sum);
                    }
                    else
                    {
                        Assert.True(member.AllReduceAsync<int>(buffer, ReduceOp.Sum).AsTask().Wait(Limit));
                    }

                    Assert.Equal((6, 60), (buffer[0], buffer[1]));
                }
            },
            TaskCreationOptions.LongRunning)))).WaitAsync(Limit);
    }

    [Fact]
    public async Task Calls_BeyondTheQueuesCapacity_AreRefusedAndTheOthersRun()
    {
        await using var group = MemoryGroup.Create(2, queueLength: 3);
        var buffers = Enumerable.Range(0, 3).Select(_ => Enumerable.Repeat(1, 1).ToArray()).ToArray();
        var queued = buffers.Select(buffer => group.Members[0].AllReduceAsync<int>(buffer, ReduceOp.Sum).AsTask()).ToArray();
        using var token = new CancellationTokenSource();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => group.Members[0].AllReduceAsync<int>(new int[1], ReduceOp.Sum, token.Token).AsTask());
        Assert.Throws<InvalidOperationException>(() => group.Members[0].AllReduce<int>(new int[1], ReduceOp.Sum, token.Token));
        await token.CancelAsync(); // Its calls were refused, so this must not affect the others.

        for (var i = 0; i < 3; i++)
        {
            group.Members[1].AllReduce<int>([2], ReduceOp.Sum);
        }

        await Task.WhenAll(queued).WaitAsync(Limit);
        Assert.All(buffers, buffer => Assert.Equal(3, buffer[0]));
    }

    [Fact]
    public async Task Calls_LongestTimeLimit_DoNotTimeOut()
    {
        await using var group = MemoryGroup.Create(2, timeout: TimeSpan.MaxValue);
        await group.RunAsync(member => member.BarrierAsync().AsTask());
    }

    [Fact]
    public async Task Calls_TokenAlreadyFired_ThrowAndTakeNoSequenceNumber()
    {
        await using var group = MemoryGroup.Create(2);
        var fired = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => group.Members[0].AllReduceAsync<int>(new int[1], ReduceOp.Sum, fired).AsTask());
        Assert.ThrowsAny<OperationCanceledException>(() => group.Members[0].Barrier(fired));

        // If one rank alone had taken a sequence number, this would be a mismatch.
        await group.RunAsync(member => member.BarrierAsync().AsTask());
    }
}
