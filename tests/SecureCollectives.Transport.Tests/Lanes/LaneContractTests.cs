using System.Security.Cryptography;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Lanes;

/// <summary>The contract of every lane, whatever carries it. The tests of each kind of lane derive from this class.</summary>
public abstract class LaneContractTests
{
    /// <summary>More than any lane may accept while its peer does not read: the kernel's largest buffers are smaller.</summary>
    private const int Unbounded = 64 << 20;

    public static TheoryData<int, int> Transfers => new()
    {
        { 1, 1 },
        { 56, 32 },
        { 4096, 4096 },
        { 100_003, 777 },
        { 3_000_001, 524_336 },
    };

    internal abstract Task<LaneEnds> CreateAsync();

    [Theory]
    [MemberData(nameof(Transfers))]
    public async Task Bytes_BothWaysAtOnce_ArriveInOrder(int length, int part)
    {
        await using var ends = await CreateAsync();
        var forth = RandomNumberGenerator.GetBytes(length);
        var back = RandomNumberGenerator.GetBytes(length);
        var (atSecond, atFirst) = (new byte[length], new byte[length]);
        var (sentForth, sentBack, receivedForth, receivedBack) = (0, 0, 0, 0);
        LanePump.Until(() =>
        {
            Send(ends.First, forth, ref sentForth, part);
            Send(ends.Second, back, ref sentBack, part);
            ReceiveInto(ends.Second, atSecond, ref receivedForth);
            ReceiveInto(ends.First, atFirst, ref receivedBack);
            return receivedForth == length && receivedBack == length;
        });
        Assert.Equal(forth, atSecond);
        Assert.Equal(back, atFirst);
        Assert.Equal(LaneOutcome.WouldBlock, ends.First.TryReceive(new byte[1], out _));
        Assert.Equal(LaneOutcome.WouldBlock, ends.Second.TryReceive(new byte[1], out _));
    }

    [Fact]
    public async Task TrySend_AcceptedBytesOverwritten_ArriveUnchanged()
    {
        await using var ends = await CreateAsync();
        byte[] head = [1, 2, 3];
        var body = RandomNumberGenerator.GetBytes(1000);
        var expected = (byte[])[.. head, .. body];
        var sent = 0;
        LanePump.Until(() => ends.First.TrySend(head, body, out sent) == LaneOutcome.Moved);
        Assert.Equal(expected.Length, sent);
        Array.Clear(head);
        Array.Clear(body);
        Assert.Equal(expected, LanePump.Receive(ends.Second, expected.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EndSending_AfterBytes_IsAnEndAndTheOtherDirectionGoesOn(bool firstEnds)
    {
        await using var ends = await CreateAsync();
        var (ending, other) = firstEnds ? (ends.First, ends.Second) : (ends.Second, ends.First);
        LanePump.SendAll(ending, new byte[100]);
        ending.EndSending();
        Assert.Equal(LaneOutcome.Ended, LanePump.ReceiveEnd(other, out var received));
        Assert.Equal(100, received);
        Assert.Equal(LaneOutcome.Ended, other.TryReceive(new byte[1], out _));
        LanePump.SendAll(other, new byte[10_000]);
        Assert.Equal(10_000, LanePump.Receive(ending, 10_000).Length);
        other.EndSending();
        Assert.Equal(LaneOutcome.Ended, LanePump.ReceiveEnd(ending, out _));
    }

    /// <summary>A lane buffers a bounded amount and loses none of it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrySend_PeerDoesNotRead_BlocksAndContinuesWhenItReads(bool firstSends)
    {
        await using var ends = await CreateAsync();
        var (sender, receiver) = firstSends ? (ends.First, ends.Second) : (ends.Second, ends.First);
        var sent = LanePump.Fill(sender, Unbounded);
        Assert.InRange(sent, 1, Unbounded);
        sender.EndSending();
        Assert.Equal(LaneOutcome.Ended, LanePump.ReceiveEnd(receiver, out var received));
        Assert.Equal(sent, received);
    }

    /// <summary>A worker sends its last bytes and closes: they must arrive.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_AfterBytesAndEnd_PeerReceivesThemAll(bool firstLeaves)
    {
        await using var ends = await CreateAsync();
        var (leaving, other) = firstLeaves ? (ends.First, ends.Second) : (ends.Second, ends.First);
        LanePump.SendAll(leaving, new byte[1000]);
        leaving.EndSending();
        leaving.Dispose();
        Assert.Equal(LaneOutcome.Ended, LanePump.ReceiveEnd(other, out var received));
        Assert.Equal(1000, received);
    }

    /// <summary>A lane without a descriptor wakes its loop when bytes arrive, and when there is room again.</summary>
    [Fact]
    public async Task Signal_LaneWithoutDescriptor_IsRaisedForBytesAndForRoom()
    {
        await using var ends = await CreateAsync();
        if (ends.First.Descriptor >= 0)
        {
            Assert.True(ends.Second.Descriptor >= 0);
            return;
        }

        var (room, bytes) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        ends.First.AttachSignal(() => room.Release());
        ends.Second.AttachSignal(() => bytes.Release());
        Assert.Equal(LaneOutcome.WouldBlock, ends.Second.TryReceive(new byte[1], out _));
        LanePump.Until(() => ends.First.TrySend(new byte[256 << 10], default, out _) == LaneOutcome.WouldBlock);
        Assert.True(await bytes.WaitAsync(LanePump.Limit));

        // One drain may not make room. Data that was still in transit is signalled separately, and is read too.
        using var done = new CancellationTokenSource();
        var draining = Task.Run(() => DrainAsync(ends.Second, bytes, done.Token));
        while (ends.First.TrySend([1], default, out _) == LaneOutcome.WouldBlock)
        {
            Assert.True(await room.WaitAsync(LanePump.Limit));
        }

        await done.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
    }

    /// <summary>Receives everything that arrives, woken only by the lane's signal.</summary>
    private static async Task DrainAsync(Lane lane, SemaphoreSlim signal, CancellationToken cancellationToken)
    {
        var scratch = new byte[256 << 10];
        while (true)
        {
            while (lane.TryReceive(scratch, out _) == LaneOutcome.Moved)
            {
            }

            await signal.WaitAsync(cancellationToken);
        }
    }

    private static void Send(Lane lane, byte[] bytes, ref int sent, int part)
    {
        var rest = bytes.AsSpan(sent);
        rest = rest[..Math.Min(rest.Length, part)];
        if (!rest.IsEmpty)
        {
            var cut = rest.Length / 3;
            Assert.True(lane.TrySend(rest[..cut], rest[cut..], out var count) is LaneOutcome.Moved or LaneOutcome.WouldBlock);
            sent += count;
        }
    }

    private static void ReceiveInto(Lane lane, byte[] bytes, ref int received)
    {
        if (received < bytes.Length)
        {
            Assert.True(lane.TryReceive(bytes.AsSpan(received), out var count) is LaneOutcome.Moved or LaneOutcome.WouldBlock);
            received += count;
        }
    }
}
