using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Tests.Parameters;

public sealed class SettingTests
{
    [Fact]
    public void TryParse_EachThatThereIs_ChangesThatAlone()
    {
        var options = new CommunicatorOptions();
        foreach (var text in new[] { "chunk-bytes=65536", "small-bytes=4K", "lanes=3", "channels=4" })
        {
            var setting = Setting.TryParse(text, out var fault);
            Assert.Null(fault);
            setting!.Apply(options);
        }

        Assert.Equal((64 * 1024, 4096, 3, 4), (options.ChunkBytes, options.SmallBytes, options.Lanes, options.Channels));
        Assert.Equal(4, Setting.KnownNames.Count);
    }

    [Fact]
    public void TryParse_TwoWaysToWriteASize_AreTheSameText() =>
        Assert.Equal("chunk-bytes=64K", Setting.TryParse("chunk-bytes=65536", out _)!.Text);

    [Theory]
    [InlineData("chunk-bytes", "takes name=number")]
    [InlineData(
        "chunks=64K", "takes name=number, such as chunk-bytes=64K, with one of chunk-bytes, small-bytes, lanes, "
            + "channels, not 'chunks=64K'")]
    [InlineData("chunk-bytes=many", "takes name=number")]
    [InlineData("chunk-bytes=8G", "takes name=number")]
    [InlineData("chunk-bytes=65537",
        "cannot take 'chunk-bytes=65537'. The communicator's options are invalid: ChunkBytes is 65537; it must be a power of two")]
    [InlineData("lanes=0", "cannot take 'lanes=0'.")]
    public void TryParse_Impossible_SaysWhatIsWrong(string text, string expected)
    {
        Assert.Null(Setting.TryParse(text, out var fault));
        Assert.StartsWith(expected, fault);
    }
}
