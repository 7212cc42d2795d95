using SecureCollectives.Testing;
using SecureCollectives.Tests.Collectives;

namespace SecureCollectives.Tests.PointToPoint;

/// <summary>Calls between two ranks, among workers that joined over mutual TLS.</summary>
public sealed class SendReceiveTests
{
    private const int Size = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly int[] Lengths = [0, 1, 1000, 300_007];

    public static TheoryData<string> Names => [.. Combinations.Names];

    /// <summary>All pairs exchange data both ways at the same time, alongside collectives. Either rank of a pair may call first.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task SendReceive_BetweenAllPairs_TransfersTheElements(string name)
    {
        await using var cluster = new LocalCluster(Size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "pairs", () => Combinations.Options(name));
        await LocalCluster.RunAsync(members, async member =>
        {
            foreach (var length in Lengths)
            {
                var others = Enumerable.Range(0, Size).Where(rank => rank != member.Rank).ToArray();
                var received = others.ToDictionary(peer => peer, _ => new int[length]);
                var calls = others.SelectMany(peer => new[]
                {
                    member.SendAsync<int>(Reference.Input<int>((member.Rank * Size) + peer, length), peer, 3),
                    member.ReceiveAsync<int>(received[peer], peer, 3),
                }).ToArray();
                await ReferenceCalls.AssertAsync(member, 1000);
                await Task.WhenAll(calls);
                Assert.All(received,
                    entry => Assert.True(
                        Reference.Input<int>((entry.Key * Size) + member.Rank, length).AsSpan().SequenceEqual(entry.Value)));
            }

            await member.BarrierAsync();
        });
    }

    public static TheoryData<int, string> Grid()
    {
        var grid = new TheoryData<int, string>();
        foreach (var (size, names) in new[]
        {
            (2, new[] { "Tcp UnsafePlaintext", "Tcp Aead", "Grpc UnsafePlaintext", "Grpc Aead" }),
            (3, ["Tcp UnsafePlaintext", "Tcp Aead", "Grpc UnsafePlaintext", "Grpc Aead"]),
            (4, ["Tcp UnsafePlaintext", "Grpc Aead"]),
            (7, ["Tcp Aead"]),
            (8, ["Grpc UnsafePlaintext", "Tcp Aead"]),
        })
        {
            foreach (var name in names)
            {
                grid.Add(size, name);
            }
        }

        return grid;
    }

    /// <summary>Sends to the next rank and to the one halfway around, with lengths around the implementation's thresholds.</summary>
    [Theory]
    [MemberData(nameof(Grid))]
    public async Task SendReceive_WorldsAndLengths_TransfersTheElements(int size, string name)
    {
        await using var cluster = new LocalCluster(size);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "grid", () => Combinations.Options(name));
        await LocalCluster.RunAsync(members, async member =>
        {
            foreach (var length in new[] { 0, 1, size - 1, size, size + 1, 10_007, (1 << 20) + 3 }.Distinct())
            {
                foreach (var distance in new[] { 1, size / 2 }.Distinct())
                {
                    var (to, from) = ((member.Rank + distance) % size, (member.Rank + size - distance) % size);
                    var received = new byte[length];
                    await Task.WhenAll(
                        member.SendAsync<byte>(Reference.Input<byte>(member.Rank, length), to, distance),
                            member.ReceiveAsync<byte>(received, from, distance));
                    Assert.True(Reference.Input<byte>(from, length).AsSpan().SequenceEqual(received));
                }
            }

            await member.BarrierAsync();
        });
    }

    /// <summary>Calls match by tag, whatever their order; calls with the same tag match in order.</summary>
    [Fact]
    public async Task SendReceive_TagsInAnotherOrder_MatchByTag()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "tags", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            int[] tags = [5, 1, 5, 0, int.MaxValue, 1];
            if (member.Rank == 0)
            {
                await Task.WhenAll(tags.Select((tag, i) => member.SendAsync<double>(new double[] { tag, i }, 1, tag)));
                return;
            }

            var received = tags.Order().Select(tag => (Tag: tag, Buffer: new double[2])).ToArray();
            await Task.WhenAll(received.Reverse().GroupBy(call => call.Tag).SelectMany(calls => calls.Reverse())
                .Select(call => member.ReceiveAsync<double>(call.Buffer, 0, call.Tag)));
            Assert.Equal(tags.Select((tag, i) => (tag, i)).OrderBy(call => call.tag).Select(call => new double[] { call.tag, call.i }),
                received.Select(call => call.Buffer));
        });
    }

    /// <summary>A pipeline on the calling threads: each stage processes the previous stage's output.</summary>
    [Fact]
    public async Task SendReceive_OnTheCallersThread_PassesAlongAPipeline()
    {
        const int Steps = 50;
        await using var cluster = new LocalCluster(3);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "pipeline", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, member =>
        {
            var buffer = new float[10_000];
            for (var step = 0; step < Steps; step++)
            {
                if (member.Rank == 0)
                {
                    Array.Fill(buffer, step);
                }
                else
                {
                    member.Receive<float>(buffer, member.Rank - 1);
                }

                Assert.All(buffer, value => Assert.Equal(step + member.Rank, value));
                Array.Fill(buffer, step + member.Rank + 1);
                if (member.Rank < 2)
                {
                    member.Send<float>(buffer, member.Rank + 1);
                }
            }

            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Receive_TagThatNobodySends_FailsAtTheDeadlineWithThePair()
    {
        await using var cluster = new LocalCluster(3);
        var members = await LocalCluster.OpenAllAsync(
            await cluster.JoinAllAsync(), "late", static () => new CommunicatorOptions { OperationTimeout = TimeSpan.FromSeconds(2) });
        var failure = await Assert.ThrowsAsync<CollectiveException>(
            () => members[2].ReceiveAsync<int>(new int[10], 0, 77).WaitAsync(Limit));
        Assert.Equal((CollectiveError.TimedOut, 0), (failure.Error, failure.Culprit));
        Assert.Contains("rank 2 had called Receive(10 x Int32, tag 77) with rank 0", failure.Message, StringComparison.Ordinal);

        // The communicator has ended, and every rank learns of it.
        await Assert.ThrowsAsync<CollectiveException>(() => members[2].SendAsync<int>(new int[1], 0).WaitAsync(Limit));
        await Assert.ThrowsAsync<CollectiveException>(() => members[0].BarrierAsync().AsTask().WaitAsync(Limit));
    }

    [Fact]
    public async Task SendReceive_OfDifferentLength_BothCallsAreNamed()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "differ", static () => new CommunicatorOptions());
        var failures = await Task.WhenAll(
            Assert.ThrowsAsync<CollectiveException>(() => members[0].SendAsync<int>(new int[10], 1, 4).WaitAsync(Limit)),
            Assert.ThrowsAsync<CollectiveException>(() => members[1].ReceiveAsync<float>(new float[10], 0, 4).WaitAsync(Limit)));
        Assert.All(failures, failure => Assert.Equal(CollectiveError.CallMismatch, failure.Error));
        Assert.Contains("rank 1 called Receive(10 x Float32, tag 4), rank 0 called Send(10 x Int32, tag 4)", failures[0].Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receive_PeerHasLeft_NamesIt()
    {
        await using var cluster = new LocalCluster(3);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "left", static () => new CommunicatorOptions());
        await members[1].DisposeAsync();
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => members[2].ReceiveAsync<int>(new int[1], 1).WaitAsync(Limit));
        Assert.Equal((CollectiveError.Closed, 1), (failure.Error, failure.Culprit));
    }

    [Fact]
    public async Task Receive_Cancelled_AbortsTheCommunicator()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "cancelled", static () => new CommunicatorOptions());
        using var token = new CancellationTokenSource();
        var call = members[0].ReceiveAsync<int>(new int[1], 1, 0, token.Token);
        await token.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call.WaitAsync(Limit));
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => members[1].BarrierAsync().AsTask().WaitAsync(Limit));
        Assert.Equal((CollectiveError.Cancelled, 0), (failure.Error, failure.Culprit));
    }

    [Fact]
    public async Task Communicator_Disposed_EndsCallsThatWait()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "disposed", static () => new CommunicatorOptions());
        var receive = members[0].ReceiveAsync<int>(new int[1], 1, 0);
        var send = members[0].SendAsync<int>(new int[1], 1, 0);
        await members[0].DisposeAsync();
        await Assert.ThrowsAsync<CollectiveException>(() => receive.WaitAsync(Limit));
        await Assert.ThrowsAsync<CollectiveException>(() => send.WaitAsync(Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => members[0].SendAsync<int>(new int[1], 1));
    }

    [Fact]
    public async Task Calls_WithInvalidArguments_AreRefused()
    {
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "refused", static () => new CommunicatorOptions());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => members[0].SendAsync<int>(new int[1], 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => members[0].SendAsync<int>(new int[1], 2));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => members[0].ReceiveAsync<int>(new int[1], -1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => members[0].ReceiveAsync<int>(new int[1], 1, -1));
        await using var group = MemoryGroup.Create(2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => group.Members[0].SendAsync<int>(new int[1], 1));
    }

    /// <summary>In a subgroup, peers are numbered by their ranks in the subgroup.</summary>
    [Fact]
    public async Task SendReceive_InAGroup_UsesRanksOfTheGroup()
    {
        await using var cluster = new LocalCluster(4);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "p", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            await using var group = await member.SplitAsync(member.Rank % 2, -member.Rank);
            Assert.NotNull(group);
            var received = new int[1];
            await Task.WhenAll(
                group.SendAsync<int>(new[] { member.Rank }, 1 - group.Rank), group.ReceiveAsync<int>(received, 1 - group.Rank));
            Assert.Equal(group.JobRanks[1 - group.Rank], received[0]);
            await member.BarrierAsync();
        });
    }

    /// <summary>
    /// Too many pending calls to Receive are refused locally, so an honest program is never mistaken for one that floods its peer.
    /// </summary>
    [Fact]
    public async Task Receive_TooManyPendingCalls_IsRefusedAndTheOthersContinue()
    {
        const int Most = 1024;
        await using var cluster = new LocalCluster(2);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "many", static () => new CommunicatorOptions());
        var buffers = Enumerable.Range(0, Most).Select(static _ => new int[1]).ToArray();
        var received = buffers.Select((buffer, tag) => members[0].ReceiveAsync<int>(buffer, 1, tag)).ToArray();
        await Assert.ThrowsAsync<InvalidOperationException>(() => members[0].ReceiveAsync<int>(new int[1], 1, Most));
        for (var tag = Most - 1; tag >= 0; tag--)
        {
            await members[1].SendAsync<int>(new[] { tag }, 0, tag).WaitAsync(Limit);
        }

        await Task.WhenAll(received).WaitAsync(Limit);
        Assert.Equal(Enumerable.Range(0, Most), buffers.Select(static buffer => buffer[0]));
    }
}
