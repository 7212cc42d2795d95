using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class PeerLineTests
{
    private const string Line =
        """{"peer":"gloo","version":"0.5.0","collective":"allreduce","algorithm":"ring","worldSize":2,"bytes":1048576,"sample":0,"iterations":7,"timeUs":1016.250,"wrong":0}""";

    [Fact]
    public void ParseAll_ALine_HasEveryField()
    {
        var line = Assert.Single(PeerLine.ParseAll(Line + "\n", worldSize: 2));

        Assert.Equal(("gloo", "0.5.0", "allreduce", "ring"), (line.Peer, line.Version, line.Collective, line.Algorithm));
        Assert.Equal((2, 1048576L, 7L, 1016.25, 0L), (line.WorldSize, line.Bytes, line.Iterations, line.TimeUs, line.Wrong));
    }

    [Fact]
    public void ParseAll_WordsOfMpirunBetween_AreSkipped()
    {
        var output = $"--------\nmpirun noticed something\n{Line}\n\n{Line}\n";

        Assert.Equal(2, PeerLine.ParseAll(output, worldSize: 2).Count);
    }

    [Fact]
    public void ParseAll_NoOutput_IsNoLine() => Assert.Empty(PeerLine.ParseAll("", worldSize: 2));

    [Theory]
    [InlineData("{\"peer\":\"gloo\"")]
    [InlineData("{}")]
    [InlineData(
        "{\"peer\":\"gloo\",\"version\":\"0.5.0\",\"collective\":\"allreduce\",\"algorithm\":\"ring\",\"worldSize\":2,\"bytes\":4,\"iterations\":7,\"timeUs\":0,\"wrong\":0}")]
    [InlineData(
        "{\"peer\":\"gloo\",\"version\":\"0.5.0\",\"collective\":\"allreduce\",\"algorithm\":\"ring\",\"worldSize\":2,\"bytes\":4,\"iterations\":7,\"timeUs\":1,\"wrong\":-1}")]
    public void ParseAll_DamagedLine_FailsTheContender(string line)
    {
        var failure = Assert.Throws<ContenderFailedException>(() => PeerLine.ParseAll(line, worldSize: 2));

        Assert.Contains(line, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseAll_AnotherWorld_FailsTheContender() =>
        Assert.Throws<ContenderFailedException>(() => PeerLine.ParseAll(Line, worldSize: 4));
}
