using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Documentation;

/// <summary>Checks the form of the documentation pages: commands, links and line width.</summary>
public sealed class PageTests
{
    private const int MaxColumns = 120;

    public static TheoryData<string> Pages => Page.All;

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_All_AreRunByATestOrMarkedAsExamples(string path) => Assert.DoesNotContain(
        Page.Read(path).Blocks.Where(block => block.HasCommands)
            .Select(block => (block.Page, block.Line, block.Info, block.IsRun || block.IsExample)),
        block => !block.Item4);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_All_LeadSomewhere(string path)
    {
        var page = Page.Read(path);
        foreach (var link in page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var (target, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
            var file = target.Length == 0
                ? path
                : Path.GetRelativePath(RepositoryRoot.PathOf(), Path.Combine(RepositoryRoot.PathOf(path), "..", target));
            Assert.True(Path.Exists(RepositoryRoot.PathOf(file)), $"{path} links to {link}, which does not exist.");
            if (anchor is not null)
            {
                Assert.True(Page.Read(file).Anchors.Contains(anchor), $"{path} links to {link}: {file} has no such heading.");
            }
        }
    }

    /// <summary>Tables, images and comments are exempt: they cannot be wrapped.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Prose_All_FitsTheWidth(string path) => Assert.DoesNotContain(
        Page.Read(path).Prose.Where(
            line => !line.Text.StartsWith('|') && !line.Text.StartsWith('!') && !line.Text.StartsWith("<!--", StringComparison.Ordinal)),
        line => line.Text.Length > MaxColumns);
}
