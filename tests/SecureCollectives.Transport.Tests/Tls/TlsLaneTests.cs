using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Memory;
using SecureCollectives.Transport.Tcp;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Tests.Tls;

/// <summary>A lane over TLS whose two ends, and the wire between them, belong to the test.</summary>
public sealed class TlsLaneTests : IDisposable
{
    /// <summary>The most calls for a transfer in memory; more means that the lane is stuck.</summary>
    private const int MaxCalls = 1_000_000;

    private readonly TlsEnds _ends = new();

    public static TheoryData<int, int> Transfers => new()
    {
        { 1, 1 << 20 },
        { 32, 1 << 20 },
        { 16 * 1024, 1 << 20 },
        { (16 * 1024) + 1, 1 << 20 },
        { 100_000, 1 << 20 },
        { 1_000_000, 1 << 20 },
        { 100_000, 1000 },
        { 1000, 1 },
    };

    public void Dispose() => _ends.Dispose();

    /// <summary>
    /// Tests wires of every width, from a lane below that accepts a byte at a time to one that accepts a batch of records at once.
    /// </summary>
    [Theory]
    [MemberData(nameof(Transfers))]
    public void Bytes_BothWaysAtOnce_ArriveInOrder(int length, int capacity)
    {
        var (first, second) = _ends.Secure(MemoryLane.CreatePair(capacity));
        using (first)
        using (second)
        {
            var forth = RandomNumberGenerator.GetBytes(length);
            var back = RandomNumberGenerator.GetBytes(length + 7);
            var (receivedForth, receivedBack) = Exchange(first, forth, second, back);
            Assert.Equal(forth, receivedForth);
            Assert.Equal(back, receivedBack);
        }
    }

    /// <summary>
    /// The lane counts bytes as sent once they have left, and must not send bytes twice if they are offered again in the meantime.
    /// </summary>
    [Fact]
    public void TrySend_LaneBelowBlocks_CountsBytesOnlyWhenSent()
    {
        const int Length = 1000;
        var (first, second) = Connected(capacity: 1024);
        using (first)
        using (second)
        {
            var bytes = RandomNumberGenerator.GetBytes(Length);
            var sent = 0;
            while (first.TrySend(bytes, default, out var count) == LaneOutcome.Moved)
            {
                Assert.Equal(Length, count);
                sent++;
            }

            Assert.True(first.HoldsBytes);
            Assert.Equal(LaneOutcome.WouldBlock, first.TrySend(bytes, default, out _));
            var received = new byte[(sent + 1) * Length];
            var at = 0;
            for (var calls = 0; at < received.Length && calls < MaxCalls; calls++)
            {
                if (second.TryReceive(received.AsSpan(at), out var count) == LaneOutcome.Moved)
                {
                    at += count;
                }

                if (sent >= 0 && first.TrySend(bytes, default, out var last) == LaneOutcome.Moved)
                {
                    Assert.Equal(Length, last);
                    sent = -1;
                }
            }

            Assert.False(first.HoldsBytes);
            Assert.All(received.Chunk(Length), chunk => Assert.Equal(bytes, chunk));
            Assert.Equal(LaneOutcome.WouldBlock, second.TryReceive(received, out _));
        }
    }

    [Fact]
    public void Handshake_Complete_BothSidesKnowThePeersLeaf()
    {
        var (first, second) = Connected();
        using (first)
        using (second)
        {
            Assert.Equal(_ends.Acceptor.LeafHash.ToArray(), first.PeerLeafHash.ToArray());
            Assert.Equal(_ends.Connector.LeafHash.ToArray(), second.PeerLeafHash.ToArray());
        }
    }

    [Fact]
    public void EndSending_AfterBytes_IsAnEndAndTheOtherDirectionGoesOn()
    {
        var (first, second) = Connected();
        using (first)
        using (second)
        {
            Assert.Equal(LaneOutcome.Moved, first.TrySend([1, 2, 3], default, out _));
            first.EndSending();
            Assert.Equal((LaneOutcome.Moved, 3), Receive(second));
            Assert.Equal((LaneOutcome.Ended, 0), Receive(second));
            Assert.Equal((LaneOutcome.Ended, 0), Receive(second));
            Assert.Equal(LaneOutcome.Moved, second.TrySend([4], default, out _));
            Assert.Equal((LaneOutcome.Moved, 1), Receive(first));
            second.EndSending();
            Assert.Equal((LaneOutcome.Ended, 0), Receive(first));
        }
    }

    /// <summary>An attacker who cuts the connection must not be able to make it look like the peer's own end.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void End_WithoutCloseNotify_IsBrokenAndSaysSo(bool orderlyBelow)
    {
        var below = MemoryLane.CreatePair(1 << 20);
        var (first, second) = Connected(below);
        using (first)
        using (second)
        {
            Assert.Equal(LaneOutcome.Moved, first.TrySend([1, 2, 3], default, out _));
            if (orderlyBelow)
            {
                below.First.EndSending();
            }
            else
            {
                first.Dispose();
            }

            Assert.Equal((LaneOutcome.Moved, 3), Receive(second));
            Assert.Equal((LaneOutcome.Broken, 0), Receive(second));
            Assert.Equal((LaneOutcome.Broken, 0), Receive(second));
            Assert.Contains("cut without a TLS close_notify", second.Fault);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(-1)]
    public void Record_BitFlipped_BreaksTheLaneAndDeliversNothing(int place)
    {
        var below = MemoryLane.CreatePair(1 << 20);
        var (first, second) = Connected(below);
        using (first)
        using (second)
        {
            Assert.Equal(LaneOutcome.Moved, first.TrySend(new byte[100], default, out _));
            var record = new byte[1000];
            Assert.Equal(LaneOutcome.Moved, below.Second.TryReceive(record, out var length));
            record[place < 0 ? length + place : place] ^= 1;
            Assert.Equal(LaneOutcome.Moved, below.First.TrySend(record.AsSpan(0, length), default, out _));
            Assert.Equal((LaneOutcome.Altered, 0), Receive(second));
            Assert.NotNull(second.Fault);
            Assert.Equal((LaneOutcome.Altered, 0), Receive(second));
        }
    }

    [Fact]
    public void Connect_AnotherLeafOfTheSameRank_IsRefusedBeforeAnythingIsSent()
    {
        var renewed = _ends.Pki.CreateTlsOptions(1);
        var (first, second) = Lanes(_ends.ConnectorOptions, _ends.Acceptor, renewed);
        AssertRefused(first, second, "a different certificate than the one that opened the link");
    }

    [Fact]
    public void Connect_AnotherRank_IsRefused()
    {
        var (first, second) = Lanes(_ends.ConnectorOptions, _ends.Acceptor, _ends.Pki.CreateTlsOptions(2));
        AssertRefused(first, second, "Expected rank 1 of job 'job-a', but the certificate is for rank 2");
    }

    [Fact]
    public void Connect_AnotherAuthority_IsRefused()
    {
        using var other = new TestPki();
        var (first, second) = Lanes(_ends.ConnectorOptions, _ends.Acceptor, other.CreateTlsOptions(1));
        AssertRefused(first, second, string.Empty);
    }

    [Fact]
    public void Accept_AnotherAuthority_IsRefusedAndTheOtherSideLearnsOfIt()
    {
        using var other = new TestPki();
        var (first, second) = Lanes(other.CreateTlsOptions(0), _ends.Acceptor, _ends.AcceptorOptions);
        AssertRefused(second, first, string.Empty);
    }

    /// <summary>A client of another service has an equally valid certificate. Its connection is not accepted as a lane.</summary>
    [Theory]
    [InlineData("h2")]
    [InlineData(null)]
    public async Task Handshake_AnotherServicesName_IsRefused(string? name)
    {
        var (first, second) = LoopbackLanes.CreateSocketPair();
        await using var client = new SslStream(new NetworkStream(first, ownsSocket: true));
        using var lane = TlsLane.Accept(new TcpLane(second), _ends.AcceptorOptions);
        SslApplicationProtocol[] names = name is null ? [] : [new(name)];
        var handshake = client.AuthenticateAsClientAsync(_ends.ConnectorOptions.ForClient(names, _ends.Acceptor.Worker, _ => { }));
        var outcome = LaneOutcome.WouldBlock;
        for (var started = Stopwatch.GetTimestamp(); outcome == LaneOutcome.WouldBlock;)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "The handshake did not end.");
            outcome = lane.TryReceive(new byte[1], out _);
        }

        Assert.Equal(LaneOutcome.Broken, outcome);
        Assert.NotNull(lane.Fault);
        lane.Dispose();

        // In TLS 1.3 a client that is refused may see success first; the outcome of its handshake does not matter here.
        await Task.WhenAny(handshake).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Accept_BytesThatAreNotTls_BreaksTheLane()
    {
        var (rawConnection, below) = MemoryLane.CreatePair(1 << 20);
        using var lane = TlsLane.Accept(below, _ends.AcceptorOptions);
        Assert.Equal((LaneOutcome.WouldBlock, 0), Receive(lane));
        Assert.Equal(LaneOutcome.Moved, rawConnection.TrySend("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8, default, out _));
        Assert.Equal((LaneOutcome.Broken, 0), Receive(lane));
        Assert.NotNull(lane.Fault);
        Assert.Equal(LaneOutcome.Broken, lane.TrySend([1], default, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_InTheMiddle_EndsPendingWork(bool connected)
    {
        var (first, second) = connected ? Connected() : _ends.Secure(MemoryLane.CreatePair(1 << 20));
        Assert.Equal((LaneOutcome.WouldBlock, 0), Receive(first));
        first.Dispose();
        first.Dispose();
        Assert.Equal((LaneOutcome.Broken, 0), Receive(second));
        second.Dispose();
    }

    /// <summary>
    /// Allocates nothing at all, however many records there are. In one batch of transfers the pool may lose a buffer to the garbage
    /// collector, but not in all of them.
    /// </summary>
    [Fact]
    public void Transfer_InSteadyState_AllocatesNothing()
    {
        const int Rounds = 200;
        const int Batches = 5;
        var (first, second) = Connected();
        using (first)
        using (second)
        {
            var bytes = new byte[100_000];
            var received = new byte[100_000];
            for (var i = 0; i < Rounds; i++)
            {
                Move(first, second, bytes, received);
            }

            var least = long.MaxValue;
            for (var batch = 0; batch < Batches; batch++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < Rounds; i++)
                {
                    Move(first, second, bytes, received);
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }
    }

    private static void Move(Lane from, Lane to, byte[] bytes, byte[] received)
    {
        var (sent, at) = (0, 0);
        for (var calls = 0; at < bytes.Length; calls++)
        {
            Assert.True(calls < MaxCalls);
            if (sent < bytes.Length && from.TrySend(bytes.AsSpan(sent), default, out var count) == LaneOutcome.Moved)
            {
                sent += count;
            }

            if (to.TryReceive(received.AsSpan(at), out count) == LaneOutcome.Moved)
            {
                at += count;
            }
        }
    }

    private static (byte[] Forth, byte[] Back) Exchange(Lane first, byte[] forth, Lane second, byte[] back)
    {
        var receivedForth = new byte[forth.Length];
        var receivedBack = new byte[back.Length];
        var (sentForth, sentBack, gotForth, gotBack) = (0, 0, 0, 0);
        for (var calls = 0; gotForth < forth.Length || gotBack < back.Length; calls++)
        {
            Assert.True(calls < MaxCalls, first.Fault ?? second.Fault ?? "The lanes make no progress.");
            Step(first, forth, ref sentForth, receivedBack, ref gotBack, calls);
            Step(second, back, ref sentBack, receivedForth, ref gotForth, calls);
        }

        return (receivedForth, receivedBack);
    }

    /// <summary>Sends in two parts, as the loop does, split at a varying position.</summary>
    private static void Step(Lane lane, byte[] bytes, ref int sent, byte[] received, ref int got, int calls)
    {
        if (sent < bytes.Length)
        {
            var head = Math.Min(bytes.Length - sent, 1 + (sent % 61));
            if (lane.TrySend(bytes.AsSpan(sent, head), bytes.AsSpan(sent + head), out var count) == LaneOutcome.Moved)
            {
                sent += count;
            }
        }

        if (got < received.Length)
        {
            var room = Math.Min(received.Length - got, 1 + (calls * 997 % 40_000));
            if (lane.TryReceive(received.AsSpan(got, room), out var count) == LaneOutcome.Moved)
            {
                got += count;
            }
        }
    }

    private static (LaneOutcome Outcome, int Count) Receive(Lane lane) => (lane.TryReceive(new byte[100], out var count), count);

    private static (Lane First, Lane Second) Lanes(TlsOptionsFactory connector, PeerIdentity expected, TlsOptionsFactory acceptor)
    {
        var below = MemoryLane.CreatePair(1 << 20);
        return (TlsLane.Connect(below.First, connector, expected), TlsLane.Accept(below.Second, acceptor));
    }

    private static void AssertRefused(Lane refuser, Lane refused, string words)
    {
        using (refuser)
        using (refused)
        {
            LaneOutcome outcome;
            var calls = 0;
            do
            {
                Receive(refused);
                (outcome, var count) = Receive(refuser);
                Assert.Equal(0, count);
                Assert.True(++calls < MaxCalls);
            }
            while (outcome == LaneOutcome.WouldBlock);

            Assert.Equal(LaneOutcome.Broken, outcome);
            Assert.Contains(words, refuser.Fault);
            Assert.Equal(LaneOutcome.Broken, refuser.TrySend([1], default, out _));
            refuser.Dispose();
            Assert.Equal(LaneOutcome.Broken, Receive(refused).Outcome);
        }
    }

    private (Lane First, Lane Second) Connected(int capacity = 1 << 20) => Connected(MemoryLane.CreatePair(capacity));

    private (Lane First, Lane Second) Connected((Lane First, Lane Second) below)
    {
        var (first, second) = _ends.Secure(below);
        var (forth, back) = Exchange(first, [1], second, [2]);
        Assert.Equal<byte>([1, 2], [.. forth, .. back]);
        return (first, second);
    }
}
