using SecureCollectives.Collectives;

namespace SecureCollectives.Tests.Collectives;

public sealed class ChannelSplitTests
{
    public static TheoryData<int, int, int> Grid()
    {
        var grid = new TheoryData<int, int, int>();
        foreach (var size in new[] { 2, 4, 8 })
        {
            foreach (var shards in new[] { 1, 2, 3, 1024 })
            {
                foreach (var channels in new[] { 1, 2, 3, 4, 16 })
                {
                    grid.Add(size, shards, channels);
                }
            }
        }

        return grid;
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void Range_OfEveryChannel_FollowsTheOneBeforeOnACacheLine(int size, int shards, int channels)
    {
        foreach (var bytes in new[] { 0L, 1, ChannelSplit.MinBytes - 1, ChannelSplit.MinBytes, (2 * ChannelSplit.MinBytes) - 1,
            2 * ChannelSplit.MinBytes, 10_000_019, 3L << 32 })
        {
            var count = bytes / size / shards;
            var split = new ChannelSplit(count, size, shards, channels);
            var end = 0L;
            for (var channel = 0; channel < split.Channels; channel++)
            {
                var range = split.Range(channel);
                Assert.Equal(end, range.Start);
                Assert.Equal(0, range.Start * size % 64);
                Assert.True(range.Count > 0 || count == 0, $"channel {channel} of {split.Channels} has nothing of {count}");
                end = range.Start + range.Count;
            }

            Assert.Equal(count, end);
            Assert.InRange(split.Channels, 1, channels);
        }
    }

    /// <summary>An operation uses one channel for each full minimum of bytes, but at least one channel and at most all.</summary>
    [Theory]
    [InlineData(4, 0, 1)]
    [InlineData(4, (2 * ChannelSplit.MinBytes) - 4, 1)]
    [InlineData(4, 2 * ChannelSplit.MinBytes, 2)]
    [InlineData(4, (3 * ChannelSplit.MinBytes) - 4, 2)]
    [InlineData(4, 4 * ChannelSplit.MinBytes, 4)]
    [InlineData(4, 100 * ChannelSplit.MinBytes, 4)]
    [InlineData(1, 100 * ChannelSplit.MinBytes, 1)]
    public void Channels_FollowTheBytes(int channels, long bytes, int expected) =>
        Assert.Equal(expected, new ChannelSplit(bytes / sizeof(float), sizeof(float), 1, channels).Channels);

    [Fact]
    public void Channels_OfAllGather_FollowTheBytesOfTheResult()
    {
        const int Ranks = 4;
        Assert.Equal(1, new ChannelSplit((2 * ChannelSplit.MinBytes / Ranks / sizeof(float)) - 1, sizeof(float), Ranks, 8).Channels);
        Assert.Equal(2, new ChannelSplit(2 * ChannelSplit.MinBytes / Ranks / sizeof(float), sizeof(float), Ranks, 8).Channels);
    }
}
