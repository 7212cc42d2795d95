using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.SharedMemory;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.SharedMemory;

/// <summary>An authenticated peer that writes arbitrary data into its own ring, page and socket.</summary>
public sealed class EvilRingTests : IDisposable
{
    private readonly RingMapping _evil;
    private readonly UnixSocket _evilSocket;
    private readonly SharedMemoryLane _victim;

    public EvilRingTests()
    {
        var (first, second) = SharedMemoryLanes.ConnectSockets();
        (_evil, var evilFile) = RingFile.Create(RingLayout.LargestCapacity);
        (var own, var ownFile) = RingFile.Create(RingLayout.LargestCapacity);
        using (evilFile)
        using (ownFile)
        {
            _victim = new SharedMemoryLane(first, own, RingFile.Map(evilFile));
        }

        _evilSocket = second;
    }

    public void Dispose()
    {
        _victim.Dispose();
        _evil.Dispose();
        _evilSocket.Dispose();
    }

    [Theory]
    [InlineData(RingLayout.LargestCapacity + 1UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void TryPeek_HeadBeyondTheRing_IsBroken(ulong head)
    {
        _evil.Word(RingLayout.Head) = head;
        Assert.Equal(LaneOutcome.Broken, _victim.TryPeek(1, out _));
        Assert.Equal(LaneOutcome.Broken, _victim.TryReceive(new byte[1], out _));
        Assert.Contains("impossible send position", _victim.Fault);
        Assert.Equal(LaneOutcome.Broken, _victim.TryReserve(1, out _));
    }

    [Fact]
    public void TryPeek_HeadMovesBack_IsBroken()
    {
        _evil.Word(RingLayout.Head) = 100;
        Assert.Equal(LaneOutcome.Moved, _victim.TryPeek(50, out _));
        _evil.Word(RingLayout.Head) = 99;
        Assert.Equal(LaneOutcome.Moved, _victim.TryPeek(100, out _)); // Already received, but still mapped.
        Assert.Equal(LaneOutcome.Broken, _victim.TryPeek(101, out _));
    }

    [Theory]
    [InlineData(101UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public void TryReserve_TailBeyondTheSentBytes_IsBroken(ulong tail)
    {
        LanePump.SendAll(_victim, new byte[100]);
        _evil.Word(RingLayout.Tail) = tail;
        Assert.Equal(LaneOutcome.Broken, _victim.TryReserve(RingLayout.LargestCapacity, out _));
        Assert.Contains("impossible receive position", _victim.Fault);
    }

    [Fact]
    public void TryReserve_TailMovesBack_IsBroken()
    {
        LanePump.SendAll(_victim, new byte[100]);
        _evil.Word(RingLayout.Tail) = 50;
        Assert.Equal(LaneOutcome.WouldBlock, _victim.TryReserve(RingLayout.LargestCapacity, out _));
        _evil.Word(RingLayout.Tail) = 49;
        Assert.Equal(LaneOutcome.Broken, _victim.TryReserve(RingLayout.LargestCapacity, out _));
    }

    /// <summary>If the peer receives nothing, no bytes that it has yet to receive are overwritten.</summary>
    [Fact]
    public void TrySend_PeerReceivesNothing_StopsWhenTheRingIsFull()
    {
        Assert.Equal(RingLayout.LargestCapacity, LanePump.Fill(_victim, 4 * RingLayout.LargestCapacity));
        Assert.Equal(LaneOutcome.WouldBlock, _victim.TrySend([1], default, out _));
    }

    /// <summary>A peer that always claims to sleep costs at most one byte on its socket per message, and sending it never blocks.</summary>
    [Fact]
    public void Commit_PeerAlwaysSleepsAndReadsNothing_NeverBlocks()
    {
        for (var i = 1UL; i <= 100_000; i++)
        {
            _evil.Word(RingLayout.Sleep) = i;
            Assert.Equal(LaneOutcome.Moved, _victim.TrySend([1], default, out _));
        }
    }

    [Fact]
    public void Awake_EndlessWakeUps_IsBroken()
    {
        for (var i = 0; i < 10_000 && _victim.Fault is null; i++)
        {
            _evilSocket.TryWake();
            _victim.PrepareToSleep();
            _victim.Awake(isReady: true);
        }

        Assert.Contains("keeps waking this rank", _victim.Fault);
        Assert.Equal(LaneOutcome.Broken, _victim.TryReceive(new byte[1], out _));
    }

    /// <summary>Bytes that arrive one by one are progress.</summary>
    [Fact]
    public void Awake_PeerSendsByteByByte_IsNotBroken()
    {
        for (var i = 1UL; i <= 10_000; i++)
        {
            _evil.Word(RingLayout.Head) = i;
            _evilSocket.TryWake();
            _victim.PrepareToSleep();
            _victim.Awake(isReady: true);
            Assert.Equal(LaneOutcome.Moved, _victim.TryReceive(new byte[1], out _));
        }
    }

    [Fact]
    public void Awake_PeerIsGone_ReadsWhatItSentAndIsThenBroken()
    {
        _evil.Word(RingLayout.Head) = 10;
        _evilSocket.Dispose();
        _victim.PrepareToSleep();
        _victim.Awake(isReady: true);
        Assert.Equal(LaneOutcome.Broken, _victim.TryReserve(1, out _));
        Assert.Equal(10, LanePump.Receive(_victim, 10).Length);
        Assert.Equal(LaneOutcome.Broken, _victim.TryReceive(new byte[1], out _));
    }

    /// <summary>An end of stream inside a frame is not an orderly end.</summary>
    [Fact]
    public void TryPeek_EndWithinTheRequestedBytes_IsBroken()
    {
        _evil.Word(RingLayout.Head) = 10;
        _evil.Word(RingLayout.End) = 1;
        Assert.Equal(LaneOutcome.Broken, _victim.TryPeek(11, out _));
        Assert.Equal(LaneOutcome.Moved, _victim.TryPeek(10, out _));
        _victim.Release(10);
        Assert.Equal(LaneOutcome.Ended, _victim.TryPeek(1, out _));
    }

    /// <summary>Calls on a closed lane touch no memory, because none is mapped any longer.</summary>
    [Fact]
    public void AllCalls_AfterDispose_ReturnBroken()
    {
        _victim.Dispose();
        Assert.Equal(LaneOutcome.Broken, _victim.TryReserve(1, out _));
        Assert.Equal(LaneOutcome.Broken, _victim.TryPeek(1, out _));
        Assert.Equal(LaneOutcome.Broken, _victim.TrySend([1], default, out _));
        Assert.Equal(LaneOutcome.Broken, _victim.TryReceive(new byte[1], out _));
        _victim.EndSending();
        _victim.PrepareToSleep();
        _victim.Awake(isReady: true);
        _victim.Dispose();
    }

    [Theory]
    [MemberData(nameof(EvilFile.All), MemberType = typeof(EvilFile))]
    public void Map_InvalidRing_IsRefused(string name, string words)
    {
        using var file = EvilFile.Open(name);
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => RingFile.Map(file)).Message);
    }
}
