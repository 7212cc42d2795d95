using SecureCollectives.Membership;

namespace SecureCollectives.Tests.Membership;

public sealed class ParameterListTests
{
    private static readonly ParameterList List = new(("protocol", 1), ("world-size", 4));

    [Fact]
    public void ToString_Values_AreLinesInTheirOrder() => Assert.Equal("protocol=1\nworld-size=4\n", List.ToString());

    [Theory]
    [InlineData("protocol=1\nworld-size=4\n", null)]
    [InlineData("protocol=1\nworld-size=5\n", "world-size is 5 at rank 2 and 4 at rank 0")]
    [InlineData("protocol=2\nworld-size=5\n", "protocol is 2 at rank 2 and 1 at rank 0; world-size is 5 at rank 2 and 4 at rank 0")]
    [InlineData("protocol=1\n", "world-size is not set at rank 2 and 4 at rank 0")]
    [InlineData("protocol=1\nworld-size=4\nlanes=2\n", "lanes is 2 at rank 2 and not set at rank 0")]
    [InlineData("world-size=4\nprotocol=1\n", "rank 2 lists its parameters in another order")]
    [InlineData("protocol=1\nworld-size=4", "rank 2 lists its parameters in another order")]
    [InlineData("", "protocol is not set at rank 2 and 1 at rank 0; world-size is not set at rank 2 and 4 at rank 0")]
    [InlineData("protocol\nworld-size=4\n", "protocol is  at rank 2 and 1 at rank 0")]
    [InlineData("protocol=1\nworld-size=4\u001b[31m\r\n", "world-size is 4?[31m? at rank 2 and 4 at rank 0")]
    public void Difference_PeersText_NamesBothValues(string theirs, string? words) =>
        Assert.Equal(words, List.Difference(theirs, "rank 2", "rank 0"));

    /// <summary>Users set the protection; naming the values derived from it would only be noise.</summary>
    [Theory]
    [InlineData("protection=Tls\nsuite=None\nchunk-bytes=262144\n", "protection is Tls at rank 2 and Aead at rank 0")]
    [InlineData("protection=Aead\nsuite=None\nchunk-bytes=262144\n",
        "suite is None at rank 2 and Aegis128L at rank 0; chunk-bytes is 262144 at rank 2 and 131072 at rank 0")]
    public void Difference_DerivedValues_AreNamedOnlyWhereTheyDifferByThemselves(string theirs, string words) => Assert.Equal(
        words,
        new ParameterList(("protection", "Aead"), ("suite", "Aegis128L"), ("chunk-bytes", 131072)).Difference(theirs, "rank 2", "rank 0"));

    [Fact]
    public void Difference_HugeText_IsNotRepeated()
    {
        var words = List.Difference(new string('x', 1 << 20), "rank 2", "rank 0");
        Assert.Equal("rank 2 sent 1048576 characters of parameters", words);
        Assert.InRange(List.Difference(string.Concat(Enumerable.Repeat("a=b\n", 500)), "rank 2", "rank 0")!.Length, 1, 300);
    }

    [Fact]
    public void Hash_AnyValueChanged_IsDifferent()
    {
        Assert.Equal(List.Hash(), new ParameterList(("protocol", 1), ("world-size", 4)).Hash());
        Assert.NotEqual(List.Hash(), new ParameterList(("protocol", 1), ("world-size", 5)).Hash());
        Assert.NotEqual(List.Hash(), new ParameterList(("world-size", 4), ("protocol", 1)).Hash());
    }
}
