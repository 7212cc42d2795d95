using System.Buffers.Binary;
using System.Security.Cryptography;
using SecureCollectives.Collectives;

namespace SecureCollectives.Tests.Collectives;

public sealed class CoalescingPlanTests
{
    private const int Large = CoalescingPlan.LargeBytes;
    private const int Pack = CoalescingPlan.PackBytes;

    [Fact]
    public void Of_SmallBuffers_GoTogetherInTheirOrderWithoutGaps()
    {
        var operation = Assert.Single(CoalescingPlan.Of([3, 0, 1000, 1], sizeof(float)));

        Assert.Equal([new(0, 0, 3), new(1, 3, 0), new(2, 3, 1000), new(3, 1003, 1)], operation.Buffers);
        Assert.Equal(1004, operation.Count);
        Assert.False(operation.IsInPlace);
    }

    [Fact]
    public void Of_LargeBuffers_GoAloneBeforeTheSmallOnes()
    {
        var operations = CoalescingPlan.Of([5, Large / 4, 6, (Large / 4) + 1, (Large / 4) - 1], sizeof(float));

        Assert.Equal([[1], [3], [0, 2, 4]], operations.Select(operation => operation.Buffers.Select(buffer => buffer.Buffer)));
        Assert.Equal([true, true, false], operations.Select(operation => operation.IsInPlace));
        Assert.Equal([Large / 4, (Large / 4) + 1, 5 + 6 + (Large / 4) - 1], operations.Select(operation => operation.Count));
    }

    [Fact]
    public void Of_OneSmallBuffer_IsNotCopied() => Assert.True(Assert.Single(CoalescingPlan.Of([7], sizeof(float))).IsInPlace);

    [Fact]
    public void Of_NoBuffers_IsOneOperationOnNothing()
    {
        var operation = Assert.Single(CoalescingPlan.Of([], sizeof(float)));

        Assert.Equal(0, operation.Count);
        Assert.Empty(operation.Buffers);
        Assert.False(operation.IsInPlace);
    }

    /// <summary>
    /// Sixteen buffers of one byte less than 1 MiB leave 16 bytes free in a pack. A buffer of 16 bytes still fits; a longer one begins
    /// another pack.
    /// </summary>
    [Fact]
    public void Of_MoreThanAPackHolds_BeginsAnother()
    {
        int[] full = [.. Enumerable.Repeat(Large - 1, 16)];

        Assert.Equal([Pack - 16, Large - 1], CoalescingPlan.Of([.. full, Large - 1], 1).Select(operation => operation.Count));
        Assert.Equal([Pack], CoalescingPlan.Of([.. full, 16], 1).Select(operation => operation.Count));
        Assert.Equal([Pack - 16, 17], CoalescingPlan.Of([.. full, 17], 1).Select(operation => operation.Count));
    }

    /// <summary>For any lengths, each buffer is placed once, and packs have no gaps and do not exceed their size.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(4096)]
    public void Of_RandomLengths_PlacesEachBufferOnce(int elementSize)
    {
        var random = new Random(elementSize);
        for (var run = 0; run < 100; run++)
        {
            int[] lengths =
                [.. Enumerable.Range(0, random.Next(100)).Select(_ => random.Next(1, 1 << random.Next(1, 22)) * 2 / elementSize)];
            var operations = CoalescingPlan.Of(lengths, elementSize);

            Assert.Equal(Enumerable.Range(0, lengths.Length),
                operations.SelectMany(operation => operation.Buffers).Select(buffer => buffer.Buffer).Order());
            Assert.All(operations.SelectMany(operation => operation.Buffers), buffer => Assert.Equal(lengths[buffer.Buffer], buffer.Count));
            Assert.All(operations, operation =>
            {
                var starts = operation.Buffers.Select((_, i) => operation.Buffers.Take(i).Sum(buffer => buffer.Count));
                Assert.Equal(starts, operation.Buffers.Select(buffer => buffer.Start));
                Assert.True(operation.IsInPlace || (long)operation.Count * elementSize <= Pack);
            });
        }
    }

    /// <summary>The hash follows the wire specification.</summary>
    [Fact]
    public void SplitHash_OfCounts_IsThePrefixOfTheHashOfDetailAndCounts()
    {
        var bytes = new byte[3 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, 0x0102030405060708);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), 5);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), 77);

        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes)), SplitHash.Of([5, 77], 0x0102030405060708));
    }
}
