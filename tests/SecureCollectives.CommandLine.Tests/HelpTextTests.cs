namespace SecureCollectives.CommandLine.Tests;

public sealed class HelpTextTests
{
    [Theory]
    [InlineData("one\ntwo", "one two")]
    [InlineData("one\ntwo\n\nthree", "one two\n\nthree")]
    [InlineData("one\n\n  example a\n  example b\n\ntwo\nthree", "one\n\n  example a\n  example b\n\ntwo three")]
    public void Unwrap_Paragraphs_BecomeOneLineEach(string text, string expected) => Assert.Equal(expected, HelpText.Unwrap(text));
}
