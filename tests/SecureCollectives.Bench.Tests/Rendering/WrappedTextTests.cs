using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Rendering;

public sealed class WrappedTextTests
{
    [Theory]
    [InlineData("one two three", 40, "one two three")]
    [InlineData("one two three", 9, "one two|  three")]
    [InlineData("# one two three", 9, "# one two|#   three")]
    [InlineData("incomprehensibilities are", 9, "incomprehensibilities|  are")]
    [InlineData("", 9, "")]
    public void Lines_Text_AreBrokenBetweenWords(string text, int width, string expected) =>
        Assert.Equal(expected, string.Join('|', WrappedText.Lines(text, width)));
}
