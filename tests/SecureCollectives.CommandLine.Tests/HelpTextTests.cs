using System.CommandLine;

namespace SecureCollectives.CommandLine.Tests;

public sealed class HelpTextTests
{
    [Theory]
    [InlineData("one\ntwo", "one two")]
    [InlineData("one\ntwo\n\nthree", "one two\n\nthree")]
    [InlineData("one\n\n  example a\n  example b\n\ntwo\nthree", "one\n\n  example a\n  example b\n\ntwo three")]
    public void Unwrap_Paragraphs_BecomeOneLineEach(string text, string expected) => Assert.Equal(expected, HelpText.Unwrap(text));

    /// <summary>The list of verbs shows one paragraph of each; their own help shows all.</summary>
    [Fact]
    public async Task Help_OfAllVerbs_ShowsTheFirstParagraphOfEach()
    {
        Assert.DoesNotContain("an example", await HelpAsync("--help"), StringComparison.Ordinal);
        Assert.Contains("Does one thing.", await HelpAsync("--help"), StringComparison.Ordinal);
        Assert.Contains("an example", await HelpAsync("verb", "--help"), StringComparison.Ordinal);
    }

    private static async Task<string> HelpAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var verb = new Command("verb", "Does one\nthing.\n\nAnd here is\nan example:\n\n  verb");
        Assert.Equal(ExitCode.Success, await CommandRunner.RunAsync(new RootCommand("All.") { verb }, arguments, output, TextWriter.Null));
        return output.ToString();
    }
}
