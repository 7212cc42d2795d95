using System.Net;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Security.Tests.Admission;

public sealed class StrangerGateTests
{
    private readonly List<string> _aborted = [];
    private TimeSpan _now = TimeSpan.FromDays(3);

    [Fact]
    public void TryEnter_UpToTheLimits_AbortsNobody()
    {
        var gate = new StrangerGate(new StrangerLimits());
        for (int i = 0; i < 64; i++)
        {
            Assert.NotNull(Enter(gate, Address(i / 8), $"{i}"));
        }

        Assert.Equal(64, gate.Count);
        Assert.Empty(_aborted);
    }

    [Fact]
    public void TryEnter_Full_TheOldestGoes()
    {
        var gate = new StrangerGate(new StrangerLimits());
        for (int i = 0; i < 66; i++)
        {
            Assert.NotNull(Enter(gate, Address(i), $"{i}"));
        }

        Assert.Equal(["0", "1"], _aborted);
        Assert.Equal(64, gate.Count);
    }

    [Fact]
    public void TryEnter_SourceFull_TheOldestOfThatSourceGoes()
    {
        var gate = new StrangerGate(new StrangerLimits());
        Enter(gate, Address(1), "other");
        for (int i = 0; i < 10; i++)
        {
            Enter(gate, Address(0), $"{i}");
        }

        Assert.Equal(["0", "1"], _aborted);
        Assert.Equal(9, gate.Count);
    }

    [Fact]
    public void TryEnter_BothFull_OnlyOneOfThatSourceGoes()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxConnections = 3, MaxConnectionsPerSource = 2 });
        Enter(gate, Address(1), "other");
        Enter(gate, Address(0), "first");
        Enter(gate, Address(0), "second");
        Enter(gate, Address(0), "third");
        Assert.Equal(["first"], _aborted);
        Assert.Equal(3, gate.Count);
    }

    [Fact]
    public void TryEnter_MappedAddress_CountsAsTheSameSource()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxConnectionsPerSource = 1 });
        Enter(gate, Address(0), "plain");
        Enter(gate, Address(0).MapToIPv6(), "mapped");
        Assert.Equal(["plain"], _aborted);
    }

    [Fact]
    public void Authenticated_NoLongerCounts()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxConnections = 1 });
        Stranger established = Enter(gate, Address(0), "established")!;
        Assert.True(established.Authenticated());
        Assert.Equal(0, gate.Count);
        Enter(gate, Address(0), "next");
        Assert.Empty(_aborted);
    }

    [Fact]
    public void Authenticated_AfterEviction_SaysNo()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxConnections = 1 });
        Stranger slow = Enter(gate, Address(0), "slow")!;
        Enter(gate, Address(1), "next");
        Assert.False(slow.Authenticated());
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void Dispose_SeveralTimes_GivesOnePlaceBack()
    {
        var gate = new StrangerGate(new StrangerLimits());
        Stranger one = Enter(gate, Address(0), "one")!;
        Enter(gate, Address(0), "two");
        one.Dispose();
        one.Dispose();
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void TryEnter_MoreThanTheRate_IsRefusedUntilTheFirstIsASecondOld()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxHandshakesPerSecond = 3 });
        Assert.NotNull(Enter(gate, Address(0), "a"));
        _now += TimeSpan.FromMilliseconds(400);
        Assert.NotNull(Enter(gate, Address(0), "b"));
        Assert.NotNull(Enter(gate, Address(0), "c"));
        _now += TimeSpan.FromMilliseconds(599);
        Assert.Null(Enter(gate, Address(0), "refused"));
        _now += TimeSpan.FromMilliseconds(1);
        Assert.NotNull(Enter(gate, Address(0), "d"));
        Assert.Null(Enter(gate, Address(0), "refused"));
        _now += TimeSpan.FromMilliseconds(400);
        Assert.NotNull(Enter(gate, Address(0), "e"));
    }

    [Fact]
    public void TryEnter_RateExceeded_AbortsNobody()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxConnections = 1, MaxHandshakesPerSecond = 1 });
        Enter(gate, Address(0), "first");
        Assert.Null(Enter(gate, Address(1), "flood"));
        Assert.Empty(_aborted);
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void TryEnter_AbortLeavesAtOnce_DoesNotDeadlock()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxConnections = 1 });
        Stranger? first = null;
        first = gate.TryEnter(Address(0), _now, () => first!.Dispose());
        Assert.NotNull(gate.TryEnter(Address(1), _now, () => { }));
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void TryEnter_FromManyThreads_KeepsTheCount()
    {
        var gate = new StrangerGate(new StrangerLimits { MaxHandshakesPerSecond = 100_000 });
        int aborted = 0;
        Parallel.For(0, 4_000, i =>
        {
            Stranger stranger = gate.TryEnter(Address(i % 50), _now, () => Interlocked.Increment(ref aborted))!;
            if (i % 2 == 0)
            {
                stranger.Dispose();
            }
        });
        Assert.InRange(gate.Count, 1, 64);
        Assert.InRange(aborted, 1, 4_000 - gate.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void StrangerLimits_NotPositive_Throws(int value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StrangerLimits { MaxConnections = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StrangerLimits { MaxConnectionsPerSource = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StrangerLimits { MaxHandshakesPerSecond = value });
    }

    private static IPAddress Address(int host) => new([10, 0, (byte)(host >> 8), (byte)host]);

    private Stranger? Enter(StrangerGate gate, IPAddress source, string name) => gate.TryEnter(source, _now, () => _aborted.Add(name));
}
