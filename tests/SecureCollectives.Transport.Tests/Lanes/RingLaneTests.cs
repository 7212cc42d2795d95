using System.Security.Cryptography;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Tests.Lanes;

/// <summary>A lane that lends memory fulfils the lane contract and the guarantees of lending.</summary>
public sealed class RingLaneTests : LaneContractTests
{
    private const int Capacity = 1000;

    internal override Task<LaneEnds> CreateAsync()
    {
        var (first, second) = RingLane.CreatePair(1 << 16, new RingTraffic());
        return Task.FromResult(new LaneEnds(first, second));
    }

    /// <summary>Moves pieces of any length, including across the end of the ring, alternately lent and copied on either side.</summary>
    [Fact]
    public void Bytes_LentAndCopiedInTurn_ArriveInOrder()
    {
        var (first, second) = RingLane.CreatePair(Capacity, new RingTraffic());
        var random = new Random(3);
        var (sent, received) = (new List<byte>(), new List<byte>());
        for (var i = 0; i < 2000; i++)
        {
            var piece = RandomNumberGenerator.GetBytes(random.Next(1, Capacity + 1));
            if (random.Next(2) == 0)
            {
                first.TrySend(piece, default, out var count);
                sent.AddRange(piece[..count]);
            }
            else if (first.TryReserve(piece.Length, out var room) == LaneOutcome.Moved)
            {
                Assert.Equal(piece.Length, room.Length);
                piece.CopyTo(room);
                var committed = random.Next(1, piece.Length + 1);
                first.Commit(committed);
                sent.AddRange(piece[..committed]);
            }

            var length = random.Next(1, Capacity + 1);
            if (random.Next(2) == 0)
            {
                var scratch = new byte[length];
                second.TryReceive(scratch, out var count);
                received.AddRange(scratch[..count]);
            }
            else if (second.TryPeek(length, out var bytes) == LaneOutcome.Moved)
            {
                Assert.Equal(length, bytes.Length);
                var released = random.Next(1, length + 1);
                received.AddRange(bytes[..released]);
                second.Release(released);
            }
        }

        Assert.InRange(received.Count, 10 * Capacity, sent.Count);
        Assert.Equal(sent.Take(received.Count), received);
    }

    [Fact]
    public void TryPeek_FewerBytesThanRequested_BlocksAndIsBrokenAtTheEnd()
    {
        var (first, second) = RingLane.CreatePair(Capacity, new RingTraffic());
        first.TrySend(new byte[10], default, out _);
        Assert.Equal(LaneOutcome.WouldBlock, second.TryPeek(11, out _));
        first.EndSending();
        Assert.Equal(LaneOutcome.Broken, second.TryPeek(11, out _));
        Assert.Equal(LaneOutcome.Moved, second.TryPeek(10, out _));
        second.Release(10);
        Assert.Equal(LaneOutcome.Ended, second.TryPeek(1, out _));
        Assert.Equal(LaneOutcome.Broken, first.TryReserve(1, out _));
    }

    [Fact]
    public void TryReserve_TooLittleRoom_BlocksUntilReleased()
    {
        var (first, second) = RingLane.CreatePair(Capacity, new RingTraffic());
        first.TrySend(new byte[1], default, out _);
        Assert.Equal(LaneOutcome.WouldBlock, first.TryReserve(Capacity, out _));
        second.Release(1);
        Assert.Equal(LaneOutcome.Moved, first.TryReserve(Capacity, out _));
    }
}
