using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Transport.Tests.SharedMemory;

public sealed class RingLayoutTests
{
    [Theory]
    [InlineData(4 << 10, 64 << 10)]
    [InlineData(128 << 10, 512 << 10)]
    [InlineData(256 << 10, 1 << 20)]
    [InlineData(1 << 20, 1 << 20)]
    public void CapacityFor_AnyPayload_IsFourPayloadsWithinTheLimits(int payloadBytes, int capacity) =>
        Assert.Equal(capacity, RingLayout.CapacityFor(payloadBytes));

    [Fact]
    public void TryCapacityOf_EveryChosenCapacity_IsAcceptedAndItsNeighboursAreNot()
    {
        for (var capacity = RingLayout.SmallestCapacity; capacity <= RingLayout.LargestCapacity; capacity *= 2)
        {
            Assert.True(RingLayout.TryCapacityOf(RingLayout.FileLength(capacity), out var read));
            Assert.Equal(capacity, read);
            Assert.False(RingLayout.TryCapacityOf(RingLayout.FileLength(capacity) - 1, out _));
            Assert.False(RingLayout.TryCapacityOf(RingLayout.FileLength(capacity) + 1, out _));
        }

        foreach (var length in new[] { long.MinValue, -1, 0, 1, RingLayout.Ring, RingLayout.FileLength(RingLayout.LargestCapacity * 2),
            (1L << 32) + RingLayout.FileLength(RingLayout.LargestCapacity), long.MaxValue })
        {
            Assert.False(RingLayout.TryCapacityOf(length, out _), $"{length}");
        }
    }
}
