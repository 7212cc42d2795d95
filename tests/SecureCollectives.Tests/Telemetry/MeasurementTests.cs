using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Tests.Membership;

namespace SecureCollectives.Tests.Telemetry;

/// <summary>Runs alone, because listeners receive the measurements of all communicators in the process.</summary>
[Collection(RunAlone.Name)]
public sealed class MeasurementTests
{
    private const string Duration = "securecollectives.operation.duration";
    private const string Bytes = "securecollectives.operation.bytes";
    private const string Wait = "securecollectives.operation.wait";
    private const string Sent = "securecollectives.link.sent";
    private const string Received = "securecollectives.link.received";
    private const string Refusals = "securecollectives.connection.refusals";
    private const string Peer = "securecollectives.peer.rank";
    private const int Length = 100_000;
    private const int Calls = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Operations_OfBothKinds_AreMeasuredWithTheBytesOnTheWire()
    {
        var lanes = new ConcurrentDictionary<(int Rank, int Peer), CountingLane>();
        await using var group = MemoryGroup.Create(
            2, suite: SuiteCode.Aes256Gcm, wrap: (rank, peer, _, lane) => lanes[(rank, peer)] = new CountingLane(lane));
        using var measured = new Measurements();
        await group.RunAsync(async member =>
        {
            var buffer = new float[Length];
            for (var i = 0; i < Calls; i++)
            {
                await member.AllReduceAsync<float>(buffer, ReduceOp.Sum, CancellationToken.None);
                member.AllReduce<float>(buffer, ReduceOp.Sum, CancellationToken.None);
            }

            await member.BarrierAsync(CancellationToken.None);
        });

        (string, object?)[] ofAllReduce =
        [
            ("securecollectives.collective", "AllReduce"), ("securecollectives.size_class", "1MiB"),
            ("securecollectives.protection", "Aead"), ("securecollectives.transport", "Tcp"), ("error.type", null),
        ];
        Assert.Equal(2 * 2 * Calls, measured.Of(Duration, ofAllReduce).Length);
        Assert.All(measured.Of(Duration), static seconds => Assert.InRange(seconds, double.Epsilon, Limit.TotalSeconds));
        Assert.Equal(2.0 * 2 * Calls * Length * sizeof(float), measured.Of(Bytes, ofAllReduce).Sum());
        Assert.Equal(
            2, measured.Of(Duration, ("securecollectives.collective", "Barrier"), ("securecollectives.size_class", "4KiB")).Length);

        // In a ring of two, each rank sends half of the buffer twice. Every byte handed to the lane counts, headers and tags included.
        foreach (var (rank, peer) in new[] { (0, 1), (1, 0) })
        {
            var sent = measured.Of(Sent, (Peer, peer), ("securecollectives.medium", "network")).Sum();
            Assert.Equal(lanes[(rank, peer)].Sent, sent);
            Assert.InRange(measured.Of(Received, (Peer, rank)).Sum(), 2.0 * Calls * Length * sizeof(float), sent);
        }
    }

    [Fact]
    public async Task Operation_WithAListener_AllocatesNothing()
    {
        const int Repeats = 200;
        var total = 0.0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SecureCollectives")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => total += value);
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => total += value);
        listener.Start();
        await using var group = MemoryGroup.Create(2, suite: SuiteCode.Aes256Gcm, connect: () => LoopbackLanes.CreatePair());
        await group.RunAsync(member =>
        {
            var buffer = new float[1000];
            Repeat();
            var least = Enumerable.Range(0, 3).Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Repeat();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
            Assert.Equal(0, least);

            void Repeat()
            {
                for (var i = 0; i < Repeats; i++)
                {
                    member.AllReduce<float>(buffer, ReduceOp.Sum, CancellationToken.None);
                }
            }
        });
        Assert.True(total > 0);
    }

    [Fact]
    public async Task Operation_ThatWaitedForAPeer_NamesThePeerAndTheTime()
    {
        var lanes = new ConcurrentDictionary<int, CountingLane>();
        await using var group = MemoryGroup.Create(2, wrap: (rank, _, _, lane) => lanes[rank] = new CountingLane(lane));
        using var measured = new Measurements();
        var late = TimeSpan.Zero;
        await group.RunAsync(async member =>
        {
            if (member.Rank == 1)
            {
                await lanes[0].Slept;
                var began = Stopwatch.GetTimestamp();
                Thread.SpinWait(100_000);
                late = Stopwatch.GetElapsedTime(began);
            }

            await member.BarrierAsync(CancellationToken.None);
        });

        Assert.True(measured.Of(Wait, (Peer, 1)).Sum() >= late.TotalSeconds, $"{measured.Of(Wait, (Peer, 1)).Sum()} of {late}");
    }

    [Fact]
    public async Task Operation_ThatFailed_IsMeasuredWithTheReason()
    {
        await using var group = MemoryGroup.Create(2, timeout: TimeSpan.FromSeconds(1));
        using var measured = new Measurements();
        await Assert.ThrowsAsync<CollectiveException>(async () => await group.Members[0].BarrierAsync(CancellationToken.None));

        Assert.Single(measured.Of(Duration, ("securecollectives.collective", "Barrier"), ("error.type", "TimedOut")));
    }

    /// <summary>Each rank sends half of the buffer twice in frames of 16 bytes: 2^18 frames, so four keys follow the first.</summary>
    [Fact]
    public async Task Rekeys_OfBothDirections_AreCounted()
    {
        await using var group = MemoryGroup.Create(2, chunkBytes: 16, suite: SuiteCode.Aes256Gcm);
        using var measured = new Measurements();
        await group.RunAsync(async member =>
            await member.AllReduceAsync<float>(new float[1 << 20], ReduceOp.Sum, CancellationToken.None));

        Assert.All([0, 1], peer => Assert.InRange(measured.Of("securecollectives.link.rekeys", (Peer, peer)).Sum(), 8, 16));
    }

    [Fact]
    public async Task Measurements_OfReplacedLinksAndPointToPointCalls_AreCounted()
    {
        using var measured = new Measurements();
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "pair", static () => new CommunicatorOptions { ReplaceLinksFrom = 1 });
        await LocalCluster.RunAsync(members, async member =>
        {
            await member.BarrierAsync(CancellationToken.None);
            var buffer = new byte[10];
            await (member.Rank == 0
                ? member.SendAsync<byte>(buffer, 1, cancellationToken: CancellationToken.None)
                : member.ReceiveAsync<byte>(buffer, 0, cancellationToken: CancellationToken.None));
        });

        Assert.Equal(
            members.Sum(static member => (double)member.Replacements!.Replacements),
            measured.Of("securecollectives.link.replacements", ("securecollectives.cause", "BytesCarried")).Sum());
        Assert.NotEmpty(measured.Of("securecollectives.link.replacements"));
        Assert.Single(measured.Of(Duration, ("securecollectives.collective", "Send")));
        Assert.Single(measured.Of(Duration, ("securecollectives.collective", "Receive")));
    }

    /// <summary>The operation that opens a communicator does not count as a user's call.</summary>
    [Fact]
    public async Task Communicator_OpenedClosedAndFailed_IsCounted()
    {
        const string Active = "securecollectives.communicator.active";
        using var measured = new Measurements();
        measured.Observe();
        var before = measured.Of(Active)[^1];
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var closed = await LocalCluster.OpenAllAsync(jobs, "closed", static () => new CommunicatorOptions());
        var failed = await LocalCluster.OpenAllAsync(jobs, "failed", static () => new CommunicatorOptions());
        measured.Observe();
        Assert.Equal(before + 4, measured.Of(Active)[^1]);
        Assert.Empty(measured.Of(Duration));
        Assert.Equal(2, measured.Of(Sent, (Peer, 0)).Length);

        using var cancellation = new CancellationTokenSource();
        var waiting = failed[0].BarrierAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAsync<CollectiveException>(async () => await failed[1].BarrierAsync(CancellationToken.None));
        foreach (var member in closed.Concat(failed))
        {
            await member.DisposeAsync();
        }

        measured.Observe();
        Assert.Equal(before, measured.Of(Active)[^1]);
        Assert.Equal(2, measured.Of("securecollectives.communicator.failures", ("error.type", "Cancelled")).Length);
    }

    [Fact]
    public async Task Connections_ThatAreRefused_AreCountedByReason()
    {
        using var measured = new Measurements();
        await using var cluster = new LocalCluster(2);
        var master = Task.Run(() => cluster.JoinAsync(cluster.Options(0)));
        var other = cluster.Options(1);
        other.RunId = "another-run";
        await cluster.Logs.WaitForAsync(message => message.Contains("rank/0 listens", StringComparison.Ordinal));
        await RefusedJoin.FailAsync(cluster, other);
        await measured.ReportedAsync(Refusals, "securecollectives.refusal.reason", "other-run").WaitAsync(Limit);

        using (var plain = new TcpClient())
        {
            await plain.ConnectAsync(IPAddress.Loopback, cluster.MasterPort);
            await plain.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: worker\r\n\r\n"u8.ToArray());
            await measured.ReportedAsync(Refusals, "securecollectives.refusal.reason", "tls").WaitAsync(Limit);
        }

        await cluster.JoinAsync(cluster.Options(1)).WaitAsync(Limit);
        await master.WaitAsync(Limit);
    }
}
