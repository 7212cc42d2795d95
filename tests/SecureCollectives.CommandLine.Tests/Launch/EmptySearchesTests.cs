using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class EmptySearchesTests
{
    private static readonly LaunchedSearch Empty = new([], IsComplete: true);
    private static readonly LaunchedSearch Incomplete = new([], IsComplete: false);
    private static readonly LaunchedSearch Running = new([new ProcessIdentity(1, "1")], IsComplete: true);

    [Fact]
    public void ProveNoneLeft_TwoEmptySearchesInARow_IsTrue()
    {
        var searches = new EmptySearches();

        Assert.False(searches.ProveNoneLeft(Empty));
        Assert.False(searches.ProveNoneLeft(Running));
        Assert.False(searches.ProveNoneLeft(Empty));
        Assert.False(searches.ProveNoneLeft(Incomplete));
        Assert.False(searches.ProveNoneLeft(Empty));
        Assert.True(searches.ProveNoneLeft(Empty));
    }

    /// <summary>As with a process that never shows an environment: the launcher must not wait for it.</summary>
    [Fact]
    public void ProveNoneLeft_SearchesStayIncomplete_IsTrueInTheEnd()
    {
        var searches = new EmptySearches();

        Assert.All(Enumerable.Range(1, EmptySearches.Most - 1), _ => Assert.False(searches.ProveNoneLeft(Incomplete)));
        Assert.True(searches.ProveNoneLeft(Incomplete));
    }
}
