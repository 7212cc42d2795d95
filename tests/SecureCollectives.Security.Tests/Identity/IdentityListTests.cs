using SecureCollectives.Security.Identity;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Tests identities that a list assigns to ranks.</summary>
public sealed class IdentityListTests
{
    private const string Good = """
        # The trainers, by rank.
        1 spiffe://example.org/trainer/blue

          0	spiffe://example.org/trainer/red
        2   spiffe://example.org/Other_Place/green.2
        """;

    [Fact]
    public void Parse_RanksInAnyOrderWithComments_MapsEachBothWays()
    {
        var map = Parse(Good);
        string[] uris =
            ["spiffe://example.org/trainer/red", "spiffe://example.org/trainer/blue", "spiffe://example.org/Other_Place/green.2"];
        for (var rank = 0; rank < uris.Length; rank++)
        {
            Assert.True(map.TryRead(uris[rank], out var worker));
            Assert.Equal((rank, "job-a", "example.org", uris[rank]), (worker.Rank, worker.Job, worker.TrustDomain, worker.Uri));
            Assert.Equal(worker, map.Create("example.org", "job-a", rank));
        }

        Assert.False(map.NamesJob);
        Assert.False(map.TryRead("spiffe://example.org/trainer/Red", out _));
        Assert.False(map.TryRead(null, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Create("example.org", "job-a", 3));
        Assert.Throws<ArgumentException>(() => map.Create("example.org", "job-b", 0));
    }

    [Fact]
    public void Fingerprint_SameIdentitiesWrittenDifferently_IsTheSame()
    {
        var other = """
            0 spiffe://example.org/trainer/red
            1 spiffe://example.org/trainer/blue
            2 spiffe://example.org/Other_Place/green.2
            """.ReplaceLineEndings("\r\n");
        Assert.Equal(Parse(Good).Fingerprint, Parse(other).Fingerprint);
        Assert.NotEqual(Parse(Good).Fingerprint, Parse(other.Replace("red", "reds", StringComparison.Ordinal)).Fingerprint);
    }

    [Theory]
    [InlineData("0 spiffe://example.org/a\nspiffe://example.org/b\n", "Line 2 of 'list' is not a rank and an identity separated by blanks")]
    [InlineData("0, spiffe://example.org/a\n", "Line 1 of 'list' is not a rank")]
    [InlineData("00 spiffe://example.org/a\n", "Line 1 of 'list' is not a rank")]
    [InlineData("-1 spiffe://example.org/a\n", "Line 1 of 'list' is not a rank")]
    [InlineData("0 spiffe://example.org/a # red\n", "Line 1 of 'list' has an invalid identity")]
    [InlineData("0 example.org/a\n", "does not begin with spiffe://")]
    [InlineData("0 spiffe://example.org/a\n0 spiffe://example.org/b\n", "Line 2 of 'list' gives rank 0 a different identity from line 1")]
    [InlineData("0 spiffe://example.org/a\n\n1 spiffe://example.org/a\n",
        "Line 3 of 'list' gives rank 1 the identity of rank 0 (line 1): either could pass for the other")]
    [InlineData("0 spiffe://example.org/a\n1 spiffe://example.com/b\n", "Line 2 of 'list' is in trust domain 'example.com'")]
    [InlineData("3 spiffe://example.org/a\n", "Line 1 of 'list' is for rank 3, but the world size is 3")]
    [InlineData("1 spiffe://example.org/a\n", "'list' has no identity for ranks 0, 2; the world size is 3")]
    [InlineData("", "'list' has no identity for ranks 0, 1, 2")]
    public void Parse_InvalidLine_IsRefusedAndNamed(string text, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidIdentityException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("Job A")]
    public void Parse_WithoutAJobName_IsRefused(string? job) => Assert.Contains(
        "SECURE_COLLECTIVES_JOB",
        Assert.Throws<InvalidIdentityException>(() => IdentityList.Parse(Good, "'list'", 3, job)).Message, StringComparison.Ordinal);

    private static ListedIdentities Parse(string text) => IdentityList.Parse(text, "'list'", 3, "job-a");
}
