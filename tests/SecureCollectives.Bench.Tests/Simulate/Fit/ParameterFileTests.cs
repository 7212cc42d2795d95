using System.Text;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Tests.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Simulate.Fit;

public sealed class ParameterFileTests
{
    private static readonly MachineDescription Machine = new(2, "a processor", "6.1", ".NET 10", "reno", "x64");

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        using var folder = new TemporaryDirectory();
        var path = Write(folder, ParameterFile.Write(Machine, TestParameters.Usual));

        var read = ParameterFile.Read(path);

        Assert.Equal((Machine, TestParameters.Usual), (read.Machine, read.Parameters));
    }

    [Theory]
    [InlineData("", "it is not a parameter file")]
    [InlineData("null", "it does not contain parameters")]
    [InlineData("[]", "it is not a parameter file")]
    [InlineData("{}", "it does not contain parameters")]
    public void Read_SomethingElse_SaysSo(string content, string expected)
    {
        using var folder = new TemporaryDirectory();
        var failure = Assert.Throws<CommandFailureException>(() => ParameterFile.Read(Write(folder, Encoding.UTF8.GetBytes(content))));

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains(expected, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2", "not contain parameters of this version")]
    [InlineData("\"switchSeconds\": 2.5E-06", "\"switchSeconds\": -1", "SwitchSeconds must be")]
    public void Read_AlteredParameters_SaysWhat(string original, string altered, string expected)
    {
        using var folder = new TemporaryDirectory();
        var text = Encoding.UTF8.GetString(ParameterFile.Write(Machine, TestParameters.Usual));
        Assert.Contains(original, text);

        var path = Write(folder, Encoding.UTF8.GetBytes(text.Replace(original, altered, StringComparison.Ordinal)));

        Assert.Contains(expected, Assert.Throws<CommandFailureException>(() => ParameterFile.Read(path)).Message);
    }

    private static string Write(TemporaryDirectory folder, byte[] content)
    {
        var path = Path.Combine(folder.Path, "parameters.json");
        File.WriteAllBytes(path, content);
        return path;
    }
}
