using System.Net;
using System.Net.Sockets;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Tests the lifetimes of options, of communicators that are being opened, and of earlier failures to open one.</summary>
public sealed class JobLifetimeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Dispose_WhileACommunicatorOpens_EndsTheOpening()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var initiator = jobs[0].OpenCommunicatorAsync("alone", new CommunicatorOptions());
        var acceptor = jobs[1].OpenCommunicatorAsync("also alone", new CommunicatorOptions());

        await Task.WhenAll(jobs.Select(job => job.DisposeAsync().AsTask())).WaitAsync(Limit);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => initiator);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => acceptor);
        var late = await Assert.ThrowsAsync<ObjectDisposedException>(
            () => jobs[0].OpenCommunicatorAsync("late", new CommunicatorOptions()));
        Assert.Equal("The job was disposed; join it again to open communicators.\nObject name: 'Job'.", late.Message);
    }

    /// <summary>A step after the start of the server fails. The port is then free again for another attempt.</summary>
    [Fact]
    public async Task Join_FailsAfterItListens_ReleasesThePort()
    {
        await using var cluster = new LocalCluster(2);
        var options = cluster.Options(0);
        var asked = 0;
        options.Suites = () => ++asked == 1 ? LocalSuites.Installed : throw new InvalidOperationException("no suites");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Job.JoinAsync(options).WaitAsync(Limit));
        Assert.Equal("no suites", failure.Message);

        using var successor = new TcpListener(IPAddress.Loopback, cluster.MasterPort);
        successor.Start();
    }

    [Fact]
    public async Task Open_PeerGaveUpBefore_FailsSoonAndCanBeRetried()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var gaveUp = await Assert.ThrowsAsync<MembershipException>(
            () => jobs[1].OpenCommunicatorAsync("h", new CommunicatorOptions { OpenTimeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(MembershipError.MissingRanks, gaveUp.Error);

        var late = await Assert.ThrowsAsync<MembershipException>(() => jobs[0].OpenCommunicatorAsync("h", new CommunicatorOptions()))
            .WaitAsync(Limit);
        Assert.Equal(MembershipError.MissingRanks, late.Error);
        Assert.Contains("Rank 1 gave up", late.Message, StringComparison.Ordinal);

        var members = await LocalCluster.OpenAllAsync(jobs, "h", () => new CommunicatorOptions());
        Assert.Equal([0, 1], members.Select(member => member.Rank));
    }

    /// <summary>After a failure, a retry waits longer for a peer that gave up than a first attempt does.</summary>
    [Fact]
    public async Task Open_RetriedLongBeforeThePeer_WaitsForIt()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        foreach (var job in jobs)
        {
            using var stop = new CancellationTokenSource();
            var failing = job.OpenCommunicatorAsync("h", new CommunicatorOptions(), stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => failing.WaitAsync(Limit));
        }

        // Seven attempts at intervals of 200 ms take longer than the second after which a first attempt would have given up.
        var first = jobs[0].OpenCommunicatorAsync("h", new CommunicatorOptions());
        await cluster.Logs.WaitForAsync(
            message => message.Contains("to rank 1; retrying", StringComparison.Ordinal), count: 7);
        var second = jobs[1].OpenCommunicatorAsync("h", new CommunicatorOptions());
        var members = await Task.WhenAll(first, second).WaitAsync(Limit);
        Assert.Equal([0, 1], members.Select(member => member.Rank));
    }

    [Fact]
    public async Task Join_OptionsChangedAfterwards_HaveNoEffect()
    {
        await using var cluster = new LocalCluster(1);
        var options = cluster.Options(0);
        var job = await cluster.JoinAsync(options);

        options.Rank = 7;
        options.WorldSize = 9;
        options.AllowPlaintext = false;

        Assert.Equal((0, 1), (job.Rank, job.WorldSize));
        await using var group = await job.OpenCommunicatorAsync("g", new CommunicatorOptions { Protection = Protection.UnsafePlaintext });
        Assert.Equal((0, 1), (group.Rank, group.Size));
    }

    [Fact]
    public async Task JoinAsync_OfACommunicator_JoinsItsOwnJobAndLeavesItWhenDisposed()
    {
        await using var cluster = new LocalCluster(2);
        var members = await Task
            .WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Run(() => Communicator.JoinAsync(cluster.Options(rank))))).WaitAsync(Limit);
        await LocalCluster.RunAsync(members, async member =>
        {
            var buffer = new[] { member.Rank + 1 };
            await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
            Assert.Equal([3], buffer);
        });

        await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask())).WaitAsync(Limit);

        // The port of rank 0 is free again.
        var again = await Task.WhenAll(Enumerable.Range(0, 2).Select(rank => Task.Run(() => Communicator.JoinAsync(cluster.Options(rank)))))
            .WaitAsync(Limit);
        await Task.WhenAll(again.Select(member => member.DisposeAsync().AsTask())).WaitAsync(Limit);
    }
}
