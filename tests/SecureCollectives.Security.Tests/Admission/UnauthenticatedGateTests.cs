using System.Net;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Security.Tests.Admission;

public sealed class UnauthenticatedGateTests
{
    private readonly List<string> _aborted = [];
    private TimeSpan _now = TimeSpan.FromDays(3);

    [Fact]
    public void TryEnter_UpToTheLimits_AbortsNobody()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits());
        for (var i = 0; i < 48; i++)
        {
            Assert.NotNull(Enter(gate, Address(i / 8), $"{i}"));
        }

        Assert.Equal(48, gate.Count);
        Assert.Empty(_aborted);
    }

    [Fact]
    public void TryEnter_Full_EvictsTheOldest()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits());
        for (var i = 0; i < 50; i++)
        {
            Assert.NotNull(Enter(gate, Address(i), $"{i}"));
        }

        Assert.Equal(["0", "1"], _aborted);
        Assert.Equal(48, gate.Count);
    }

    /// <summary>16 of 64 places are reserved for members, however many other connections arrive.</summary>
    [Fact]
    public void TryEnter_FullOfOthers_MembersTakeReservedPlacesAndEvictNobody()
    {
        var limits = new AdmissionLimits();
        limits.Control.Members.Add(Address(1000));
        limits.Control.Members.Add(Address(1001));
        var gate = new UnauthenticatedGate(limits);
        for (var i = 0; i < 48; i++)
        {
            Assert.NotNull(Enter(gate, Address(i), $"{i}"));
        }

        for (var i = 0; i < 16; i++)
        {
            Assert.NotNull(Enter(gate, Address(1000 + (i % 2)), $"member {i}"));
        }

        Assert.Empty(_aborted);
        Assert.Equal(64, gate.Count);

        // Further outsiders then take the places of other outsiders, never a member's.
        Assert.NotNull(Enter(gate, Address(48), "another"));
        Assert.Equal(["0"], _aborted);
    }

    [Fact]
    public void TryEnter_OthersExceedTheRate_MembersStillEnter()
    {
        var limits = new AdmissionLimits();
        limits.Control.Members.Add(Address(1000));
        var gate = new UnauthenticatedGate(limits);
        var begun = Enumerable.Range(0, 1000).Count(i => Enter(gate, Address(i % 500), "flood") is not null);
        Assert.Equal(150, begun);
        Assert.Equal(50, Enumerable.Range(0, 1000).Count(_ => Enter(gate, Address(1000), "member") is not null));
    }

    [Fact]
    public void TryEnter_OneSourceExceedsItsRate_LeavesTheRestToOthers()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits());
        Assert.Equal(100, Enumerable.Range(0, 1000).Count(_ => Enter(gate, Address(0), "flood") is not null));
        Assert.NotNull(Enter(gate, Address(1), "other"));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    public void TryEnter_TwoAddresses_AreOneSourceOnlyInTheSameNetwork(string one, string other, bool same)
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxHandshakesPerSecondPerSource = 1 });
        Assert.NotNull(Enter(gate, IPAddress.Parse(one), "one"));
        Assert.Equal(same, Enter(gate, IPAddress.Parse(other), "other") is null);
    }

    [Fact]
    public void TryEnter_SourceFull_EvictsTheOldestOfThatSource()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits());
        Enter(gate, Address(1), "other");
        for (var i = 0; i < 10; i++)
        {
            Enter(gate, Address(0), $"{i}");
        }

        Assert.Equal(["0", "1"], _aborted);
        Assert.Equal(9, gate.Count);
    }

    [Fact]
    public void TryEnter_BothFull_EvictsOnlyOneOfThatSource()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxConnections = 3, MaxConnectionsPerSource = 2 });
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
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxConnectionsPerSource = 1 });
        Enter(gate, Address(0), "plain");
        Enter(gate, Address(0).MapToIPv6(), "mapped");
        Assert.Equal(["plain"], _aborted);
    }

    [Fact]
    public void Authenticated_NoLongerCounts()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxConnections = 1 });
        var established = Enter(gate, Address(0), "established")!;
        Assert.True(established.Authenticated());
        Assert.Equal(0, gate.Count);
        Enter(gate, Address(0), "next");
        Assert.Empty(_aborted);
    }

    [Fact]
    public void Authenticated_AfterEviction_ReturnsFalse()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxConnections = 1 });
        var slow = Enter(gate, Address(0), "slow")!;
        Enter(gate, Address(1), "next");
        Assert.False(slow.Authenticated());
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void Dispose_SeveralTimes_FreesOnePlace()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits());
        var one = Enter(gate, Address(0), "one")!;
        Enter(gate, Address(0), "two");
        one.Dispose();
        one.Dispose();
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void TryEnter_MoreThanTheRate_IsRefusedUntilTheFirstIsASecondOld()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxHandshakesPerSecond = 3 });
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
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxConnections = 1, MaxHandshakesPerSecond = 1 });
        Enter(gate, Address(0), "first");
        Assert.Null(Enter(gate, Address(1), "flood"));
        Assert.Empty(_aborted);
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void TryEnter_AbortCallbackDisposes_DoesNotDeadlock()
    {
        var gate = new UnauthenticatedGate(new AdmissionLimits { MaxConnections = 1 });
        UnauthenticatedConnection? first = null;
        first = gate.TryEnter(Address(0), _now, () => first!.Dispose());
        Assert.NotNull(gate.TryEnter(Address(1), _now, () => { }));
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public void TryEnter_FromManyThreads_KeepsTheCount()
    {
        var gate = new UnauthenticatedGate(
            new AdmissionLimits { MaxHandshakesPerSecond = 100_000, MaxHandshakesPerSecondPerSource = 100_000 });
        var aborted = 0;
        Parallel.For(0, 4_000, i =>
        {
            var rawConnection = gate.TryEnter(Address(i % 50), _now, () => Interlocked.Increment(ref aborted))!;
            if (i % 2 == 0)
            {
                rawConnection.Dispose();
            }
        });
        Assert.InRange(gate.Count, 1, 64);
        Assert.InRange(aborted, 1, 4_000 - gate.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void UnauthenticatedLimits_NotPositive_Throws(int value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdmissionLimits { MaxConnections = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdmissionLimits { MaxConnectionsPerSource = value });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdmissionLimits { MaxHandshakesPerSecond = value });
    }

    private static IPAddress Address(int host) => new([10, 0, (byte)(host >> 8), (byte)host]);

    private UnauthenticatedConnection? Enter(UnauthenticatedGate gate, IPAddress source, string name) =>
        gate.TryEnter(source, _now, () => _aborted.Add(name));
}
