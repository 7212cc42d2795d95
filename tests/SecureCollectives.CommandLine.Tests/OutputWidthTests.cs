namespace SecureCollectives.CommandLine.Tests;

public sealed class OutputWidthTests
{
    [Theory]
    [InlineData(null, null, OutputWidth.Unlimited)]
    [InlineData(null, 120, 120)]
    [InlineData(null, 0, 80)]
    [InlineData(null, 10, 40)]
    [InlineData("100", null, 100)]
    [InlineData("100", 120, 100)]
    [InlineData("", 120, 120)]
    [InlineData("wide", 120, 120)]
    [InlineData("0", 120, 120)]
    [InlineData("999999", 120, OutputWidth.Unlimited)]
    public void Of_VariableAndTerminal_AValidVariableTakesPrecedence(string? columns, int? terminal, int expected) =>
        Assert.Equal(expected, OutputWidth.Of(columns, terminal));
}
