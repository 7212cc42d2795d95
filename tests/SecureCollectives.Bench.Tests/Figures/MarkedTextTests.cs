using SecureCollectives.Bench.Figures;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Figures;

public sealed class MarkedTextTests
{
    [Fact]
    public void With_Sections_ReplacesWhatStandsBetweenTheirComments()
    {
        const string Text = "a\n<!-- figures: x -->\nold\n<!-- end of figures: x -->\nb\n<!-- figures: y -->\n<!-- end of figures: y -->\n";

        var text = MarkedText.With("page.md", Text, [("y", "Y\n"), ("x", "X\n")]);

        Assert.Equal("a\n<!-- figures: x -->\nX\n<!-- end of figures: x -->\nb\n<!-- figures: y -->\nY\n<!-- end of figures: y -->\n",
            text);
        Assert.Equal(text, MarkedText.With("page.md", text, [("y", "Y\n"), ("x", "X\n")]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- figures: x -->\n")]
    [InlineData("<!-- end of figures: x -->\n<!-- figures: x -->\n")]
    [InlineData("<!-- figures: x -->\n<!-- end of figures: x -->\n<!-- figures: x -->\n<!-- end of figures: x -->\n")]
    public void With_TextWithoutThePlace_SaysWhatIsMissing(string text)
    {
        var failure = Assert.Throws<CommandFailureException>(() => MarkedText.With("page.md", text, [("x", "X\n")]));

        Assert.Contains("<!-- figures: x -->", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string[]> Pages => new()
    {
        { "README.md", [.. FiguresCommand.ReadmeSections.Select(section => section.Name)] },
        { "docs/performance.md", [.. FiguresCommand.PageSections.Select(section => section.Name)] },
    };

    /// <summary>The repository's pages contain the marker comments for all sections that the command writes.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void With_PageOfTheRepository_HasAPlaceForEachSection(string page, string[] sections)
    {
        var text = File.ReadAllText(RepositoryRoot.PathOf(page));

        Assert.NotEqual(text, MarkedText.With(page, text, [.. sections.Select(name => (name, "figures of another day\n"))]));
    }
}
