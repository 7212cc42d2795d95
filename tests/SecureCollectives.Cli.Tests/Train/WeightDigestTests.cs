using SecureCollectives.Cli.Train;

namespace SecureCollectives.Cli.Tests.Train;

public sealed class WeightDigestTests
{
    [Fact]
    public void Of_EqualWeightsWithDifferentBits_Differ() =>
        Assert.NotEqual(WeightDigest.Of([0f, 1f]), WeightDigest.Of([-0f, 1f]));

    [Fact]
    public void FromWords_WordsOfADigest_YieldsTheSameDigest()
    {
        var digest = WeightDigest.Of([1f, 2f]);

        Assert.Equal(WeightDigest.Words, digest.ToWords().Length);
        Assert.Equal(digest, WeightDigest.FromWords(digest.ToWords()));
    }
}
